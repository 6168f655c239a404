// The table of CLI processes: what was started, so that nothing that runs is ever unknown.
import type { Database } from './database.ts'

export type ProcessRow = {
  id: string
  session_id: string
  driver: string
  launch_key: string
  directory: string
  /** Null until the process is known to have started. */
  pid: number | null
  start_time: string | null
  boot_id: string | null
  /** How far its spool is in the record, in bytes. */
  spool_offset: number
  /** How far its stderr is in the record, in bytes. */
  stderr_offset: number
  created_at: string
  ended_at: string | null
}

export type ProcessesTable = ReturnType<typeof createProcessesTable>

export function createProcessesTable(database: Database) {
  const insert = database.prepare(
    `INSERT INTO processes (id, session_id, driver, launch_key, directory, created_at)
     VALUES (@id, @session_id, @driver, @launch_key, @directory, @created_at)`,
  )
  const setIdentity = database.prepare(
    'UPDATE processes SET pid = @pid, start_time = @start_time, boot_id = @boot_id WHERE id = @id',
  )
  const setOffset = database.prepare('UPDATE processes SET spool_offset = ?, stderr_offset = ? WHERE id = ?')
  const setSpoolOffset = database.prepare('UPDATE processes SET spool_offset = ? WHERE id = ?')
  const end = database.prepare('UPDATE processes SET ended_at = ? WHERE id = ? AND ended_at IS NULL')
  const byId = database.prepare<[string], ProcessRow>('SELECT * FROM processes WHERE id = ?')
  const living = database.prepare<[], ProcessRow>(
    'SELECT * FROM processes WHERE ended_at IS NULL ORDER BY created_at',
  )

  return {
    insert: (
      row: Omit<ProcessRow, 'pid' | 'start_time' | 'boot_id' | 'spool_offset' | 'stderr_offset' | 'ended_at'>,
    ) => void insert.run(row),
    setIdentity: (row: Pick<ProcessRow, 'id' | 'pid' | 'start_time' | 'boot_id'>) =>
      void setIdentity.run(row),
    setOffsets: (id: string, spoolBytes: number, stderrBytes: number) =>
      void setOffset.run(spoolBytes, stderrBytes, id),
    setSpoolOffset: (id: string, bytes: number) => void setSpoolOffset.run(bytes, id),
    end: (id: string, at: string) => void end.run(at, id),
    byId: (id: string) => byId.get(id) ?? null,
    /** Those that are not known to have ended. */
    living: () => living.all(),
  }
}
