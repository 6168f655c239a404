// The table of runs of verbs: a row before every process, so that what an earlier console has left is known; and the
// Idempotency-Keys they were asked for or confirmed by.
import type { Database } from './database.ts'

export type VerbRunRow = {
  id: string
  session_id: string
  name: string
  operator: string
  state: 'evidence' | 'awaiting' | 'running' | 'ended'
  /** Of the process that runs now, where it is known. */
  pid: number | null
  start_time: string | null
  boot_id: string | null
  created_at: string
  ended_at: string | null
}

/** A request that may be repeated, and the run it has led to. */
export type VerbKeyRow = {
  run_id: string
  /** What was asked for, as JSON. */
  asked: string
  /** Of the run, now. */
  state: VerbRunRow['state']
}

export type VerbRunsTable = ReturnType<typeof createVerbRunsTable>

export function createVerbRunsTable(database: Database) {
  const insert = database.prepare(
    `INSERT INTO verb_runs (id, session_id, name, operator, state, created_at)
     VALUES (@id, @session_id, @name, @operator, @state, @created_at)`,
  )
  const setIdentity = database.prepare(
    'UPDATE verb_runs SET pid = @pid, start_time = @start_time, boot_id = @boot_id WHERE id = @id',
  )
  const setState = database.prepare('UPDATE verb_runs SET state = ? WHERE id = ?')
  const end = database.prepare("UPDATE verb_runs SET state = 'ended', ended_at = ? WHERE id = ?")
  const byId = database.prepare<[string], VerbRunRow>('SELECT * FROM verb_runs WHERE id = ?')
  const living = database.prepare<[], VerbRunRow>(
    'SELECT * FROM verb_runs WHERE ended_at IS NULL ORDER BY created_at, id',
  )
  const keep = database.prepare(
    'INSERT INTO verb_keys (session_id, key, run_id, asked) VALUES (@session_id, @key, @run_id, @asked)',
  )
  const byKey = database.prepare<[string, string], VerbKeyRow>(
    `SELECT k.run_id, k.asked, r.state FROM verb_keys k JOIN verb_runs r ON r.id = k.run_id
     WHERE k.session_id = ? AND k.key = ?`,
  )
  return {
    insert: (row: Pick<VerbRunRow, 'id' | 'session_id' | 'name' | 'operator' | 'state' | 'created_at'>) =>
      void insert.run(row),
    setIdentity: (row: Pick<VerbRunRow, 'id' | 'pid' | 'start_time' | 'boot_id'>) =>
      void setIdentity.run(row),
    setState: (id: string, state: VerbRunRow['state']) => void setState.run(state, id),
    end: (id: string, at: string) => void end.run(at, id),
    keep: (request: { session_id: string; key: string; run_id: string; asked: string }) =>
      void keep.run(request),
    byKey: (sessionId: string, key: string) => byKey.get(sessionId, key) ?? null,
    byId: (id: string) => byId.get(id) ?? null,
    /** Those that are not known to have ended. */
    living: () => living.all(),
  }
}
