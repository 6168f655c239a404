// The table of kills: who engaged the kill switch, what was stopped, what survived, and who lifted it.
import type { Database } from './database.ts'

export type KillRow = {
  /** When it was engaged names it. */
  engaged_at: string
  operator: string
  reason: string | null
  /** JSON: sessions in which anything was stopped or held. */
  sessions: string
  /** JSON: how many turns, terminals and processes ran. */
  stopped: string
  /** JSON: what could not be ended; null until all has been tried. */
  survivors: string | null
  lifted_at: string | null
  lifted_by: string | null
}

export type KillsTable = ReturnType<typeof createKillsTable>

export function createKillsTable(database: Database) {
  const save = database.prepare(
    `INSERT INTO kills (engaged_at, operator, reason, sessions, stopped, survivors)
     VALUES (@engaged_at, @operator, @reason, @sessions, @stopped, @survivors)
     ON CONFLICT (engaged_at) DO UPDATE SET sessions = excluded.sessions, stopped = excluded.stopped, survivors = excluded.survivors`,
  )
  const lift = database.prepare(
    'UPDATE kills SET lifted_at = @lifted_at, lifted_by = @lifted_by WHERE lifted_at IS NULL',
  )
  const open = database.prepare<[], KillRow>(
    'SELECT * FROM kills WHERE lifted_at IS NULL ORDER BY engaged_at DESC LIMIT 1',
  )

  return {
    save: (row: Omit<KillRow, 'lifted_at' | 'lifted_by'>) => void save.run(row),
    /** Lifts every kill that is not lifted yet. */
    lift: (row: { lifted_at: string; lifted_by: string }) => void lift.run(row),
    /** The one that is not lifted, if there is any. */
    open: () => open.get() ?? null,
  }
}
