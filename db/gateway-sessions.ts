// The table of gateway sessions: which sessions belong to the pool, and what their clients set.
import type { Database } from './database.ts'

export type GatewaySessionRow = {
  session_id: string
  /** The `system` of the requests, where the configuration lets it in. */
  system: string | null
  /** When the pool let go of it. */
  ended_at: string | null
}

export type GatewaySessionsTable = ReturnType<typeof createGatewaySessionsTable>

export function createGatewaySessionsTable(database: Database) {
  const insert = database.prepare('INSERT INTO gateway_sessions (session_id, system) VALUES (?, ?)')
  const byId = database.prepare<[string], GatewaySessionRow>(
    'SELECT * FROM gateway_sessions WHERE session_id = ?',
  )
  const open = database
    .prepare<[], string>('SELECT session_id FROM gateway_sessions WHERE ended_at IS NULL')
    .pluck()
  const end = database.prepare(
    'UPDATE gateway_sessions SET ended_at = ? WHERE session_id = ? AND ended_at IS NULL',
  )

  return {
    insert: (sessionId: string, system: string | null) => void insert.run(sessionId, system),
    byId: (sessionId: string) => byId.get(sessionId) ?? null,
    /** Those that the pool has not let go of. */
    open: () => open.all(),
    end: (sessionId: string, at: string) => void end.run(at, sessionId),
  }
}
