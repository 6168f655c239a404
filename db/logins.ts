// The table of logins: browsers that are signed in. Only hashes of their secrets are kept.
import type { Database } from './database.ts'

export type LoginRow = {
  /** SHA-256 in hex. */
  token_hash: string
  operator_id: string
  csrf_token: string
  created_at_ms: number
  last_seen_ms: number
  address: string
  user_agent: string
  /** Until when the password that was shown again is good. */
  stepped_up_until_ms: number
}

export function createLoginsTable(database: Database) {
  const insert = database.prepare(
    `INSERT INTO logins (token_hash, operator_id, csrf_token, created_at_ms, last_seen_ms, address, user_agent, stepped_up_until_ms)
     VALUES (@token_hash, @operator_id, @csrf_token, @created_at_ms, @last_seen_ms, @address, @user_agent, @stepped_up_until_ms)`,
  )
  const byHash = database.prepare<[string], LoginRow>('SELECT * FROM logins WHERE token_hash = ?')
  const ofOperator = database.prepare<[string, number, number], LoginRow>(
    'SELECT * FROM logins WHERE operator_id = ? AND created_at_ms > ? AND last_seen_ms > ?',
  )
  const touch = database.prepare('UPDATE logins SET last_seen_ms = ? WHERE token_hash = ?')
  const stepUp = database.prepare('UPDATE logins SET stepped_up_until_ms = ? WHERE token_hash = ?')
  const remove = database.prepare('DELETE FROM logins WHERE token_hash = ?')
  const removeOf = database.prepare('DELETE FROM logins WHERE operator_id = ?')
  const removeOld = database.prepare('DELETE FROM logins WHERE created_at_ms < ? OR last_seen_ms < ?')
  const keepNewest = database.prepare(
    `DELETE FROM logins WHERE operator_id = @operator_id AND token_hash NOT IN
     (SELECT token_hash FROM logins WHERE operator_id = @operator_id ORDER BY created_at_ms DESC, rowid DESC LIMIT @keep)`,
  )

  return {
    insert: (row: LoginRow) => void insert.run(row),
    byHash: (hash: string) => byHash.get(hash) ?? null,
    /** The ones of an operator created, and last seen, after a time in ms since the epoch. */
    ofOperator: (operatorId: string, createdAfter: number, seenAfter: number) =>
      ofOperator.all(operatorId, createdAfter, seenAfter),
    touch: (hash: string, lastSeenMs: number) => void touch.run(lastSeenMs, hash),
    stepUp: (hash: string, untilMs: number) => void stepUp.run(untilMs, hash),
    remove: (hash: string) => void remove.run(hash),
    removeOf: (operatorId: string) => void removeOf.run(operatorId),
    /** Removes the ones created, or last seen, before a time in ms since the epoch. */
    removeOld: (createdBefore: number, seenBefore: number) => void removeOld.run(createdBefore, seenBefore),
    keepNewest: (operatorId: string, keep: number) => void keepNewest.run({ operator_id: operatorId, keep }),
  }
}
