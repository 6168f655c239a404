// The table of terminals: a row before every start, so that what an earlier console has left is known.
import type { TerminalKind } from '../lib/terminal-api.ts'
import type { Database } from './database.ts'

export type TerminalRow = {
  id: string
  session_id: string
  kind: TerminalKind
  title: string
  /** Who opened it; null for the agent's. */
  operator: string | null
  /** At its start. */
  cols: number
  rows: number
  /** Null until the program is known to have started. */
  pid: number | null
  start_time: string | null
  boot_id: string | null
  created_at: string
  ended_at: string | null
  exit_code: number | null
  reason: string | null
}

export type TerminalsTable = ReturnType<typeof createTerminalsTable>

export function createTerminalsTable(database: Database) {
  const insert = database.prepare(
    `INSERT INTO terminals (id, session_id, kind, title, operator, cols, rows, created_at)
     VALUES (@id, @session_id, @kind, @title, @operator, @cols, @rows, @created_at)`,
  )
  const setIdentity = database.prepare(
    'UPDATE terminals SET pid = @pid, start_time = @start_time, boot_id = @boot_id WHERE id = @id',
  )
  const end = database.prepare(
    `UPDATE terminals SET ended_at = @ended_at, exit_code = @exit_code, reason = @reason
     WHERE id = @id AND ended_at IS NULL`,
  )
  const byId = database.prepare<[string], TerminalRow>('SELECT * FROM terminals WHERE id = ?')
  const ofSession = database.prepare<[string], TerminalRow>(
    'SELECT * FROM terminals WHERE session_id = ? ORDER BY created_at, id',
  )
  const living = database.prepare<[], TerminalRow>(
    'SELECT * FROM terminals WHERE ended_at IS NULL ORDER BY created_at, id',
  )

  return {
    insert: (
      row: Pick<
        TerminalRow,
        'id' | 'session_id' | 'kind' | 'title' | 'operator' | 'cols' | 'rows' | 'created_at'
      >,
    ) => void insert.run(row),
    setIdentity: (row: Pick<TerminalRow, 'id' | 'pid' | 'start_time' | 'boot_id'>) =>
      void setIdentity.run(row),
    /** @returns false when it was known to have ended before */
    end: (row: Pick<TerminalRow, 'id' | 'ended_at' | 'exit_code' | 'reason'>) => end.run(row).changes > 0,
    byId: (id: string) => byId.get(id) ?? null,
    ofSession: (sessionId: string) => ofSession.all(sessionId),
    /** Those that are not known to have ended. */
    living: () => living.all(),
  }
}
