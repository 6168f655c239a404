// The table of grants: what operators have allowed for the rest of a session.
import type { Database } from './database.ts'

/** With what its approval says of it. */
export type GrantRow = {
  approval_id: string
  session_id: string
  grant_key: string
  granted_at: string
  revoked_at: string | null
  revoked_by: string | null
  tool_name: string
  /** JSON. */
  input: string
  rule: string
  operator: string
  reason: string | null
  used: number
}

export function createGrantsTable(database: Database) {
  const columns = `SELECT grants.*, tool_name, input, rule, operator, reason,
      (SELECT count(*) FROM approvals AS later WHERE later.granted_by = grants.approval_id) AS used
    FROM grants JOIN approvals ON approvals.id = grants.approval_id`
  const insert = database.prepare(
    `INSERT INTO grants (approval_id, session_id, grant_key, granted_at)
     VALUES (@approval_id, @session_id, @grant_key, @granted_at) ON CONFLICT DO NOTHING`,
  )
  const byId = database.prepare<[string], GrantRow>(`${columns} WHERE grants.approval_id = ?`)
  const open = database.prepare<[string, string], GrantRow>(
    `${columns} WHERE grants.session_id = ? AND grants.grant_key = ? AND revoked_at IS NULL`,
  )
  const ofSession = database.prepare<[string], GrantRow>(
    `${columns} WHERE grants.session_id = ? ORDER BY granted_at, approval_id`,
  )
  const revoke = database.prepare(
    'UPDATE grants SET revoked_at = @at, revoked_by = @by WHERE approval_id = @id AND revoked_at IS NULL',
  )

  return {
    /** Does nothing where the session has an open one of this key. */
    insert: (row: Pick<GrantRow, 'approval_id' | 'session_id' | 'grant_key' | 'granted_at'>) =>
      void insert.run(row),
    byId: (id: string) => byId.get(id) ?? null,
    /** The one that holds for a key. */
    open: (sessionId: string, key: string) => open.get(sessionId, key) ?? null,
    /** Those taken back too. */
    ofSession: (sessionId: string) => ofSession.all(sessionId),
    /** @returns whether it held until now */
    revoke: (id: string, by: string, at: string) => revoke.run({ id, by, at }).changes === 1,
  }
}
