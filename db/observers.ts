// The table of observer links: each shows one session until it expires or is revoked. Only hashes of their secrets are kept.
import type { Database } from './database.ts'

export type ObserverRow = {
  id: string
  session_id: string
  label: string
  /** SHA-256 in hex. */
  token_hash: string
  created_by: string
  created_at: string
  expires_at: string
  /** When it was opened first. */
  opened_at: string | null
  revoked_at: string | null
  revoked_by: string | null
}

export function createObserversTable(database: Database) {
  const insert = database.prepare(
    `INSERT INTO observers (id, session_id, label, token_hash, created_by, created_at, expires_at)
     VALUES (@id, @session_id, @label, @token_hash, @created_by, @created_at, @expires_at)`,
  )
  const byId = database.prepare<[string], ObserverRow>('SELECT * FROM observers WHERE id = ?')
  const byHash = database.prepare<[string], ObserverRow>('SELECT * FROM observers WHERE token_hash = ?')
  const ofSession = database.prepare<[string], ObserverRow>(
    'SELECT * FROM observers WHERE session_id = ? ORDER BY created_at DESC, id',
  )
  const setOpened = database.prepare('UPDATE observers SET opened_at = ? WHERE id = ? AND opened_at IS NULL')
  const revoke = database.prepare(
    'UPDATE observers SET revoked_at = ?, revoked_by = ? WHERE id = ? AND revoked_at IS NULL',
  )

  return {
    insert: (row: Omit<ObserverRow, 'opened_at' | 'revoked_at' | 'revoked_by'>) => void insert.run(row),
    byId: (id: string) => byId.get(id) ?? null,
    byHash: (hash: string) => byHash.get(hash) ?? null,
    /** Newest first, the expired and revoked ones too. */
    ofSession: (sessionId: string) => ofSession.all(sessionId),
    setOpened: (id: string, at: string) => void setOpened.run(at, id),
    revoke: (id: string, at: string, by: string) => void revoke.run(at, by, id),
  }
}
