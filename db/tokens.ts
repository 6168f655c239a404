// The table of bearer tokens for programs. Only their hashes are kept; a revoked one stays as a record.
import type { Database } from './database.ts'

/** What a token opens: the API of the console, or the Messages API of the gateway; never both. */
export const TOKEN_SCOPES = ['console', 'gateway'] as const
export type TokenScope = (typeof TOKEN_SCOPES)[number]

export type TokenRow = {
  id: string
  label: string
  scope: TokenScope
  operator_id: string
  /** SHA-256 in hex. */
  token_hash: string
  created_at: string
  last_used_at: string | null
  revoked_at: string | null
}

export function createTokensTable(database: Database) {
  const insert = database.prepare(
    'INSERT INTO tokens (id, label, scope, operator_id, token_hash, created_at) VALUES (@id, @label, @scope, @operator_id, @token_hash, @created_at)',
  )
  const byHash = database.prepare<[string], TokenRow>('SELECT * FROM tokens WHERE token_hash = ?')
  const named = database.prepare<[string, string], TokenRow>(
    'SELECT * FROM tokens WHERE (id = ? OR label = ?) AND revoked_at IS NULL',
  )
  const all = database.prepare<[], TokenRow & { operator: string }>(
    `SELECT tokens.*, operators.name AS operator FROM tokens JOIN operators ON operators.id = tokens.operator_id
     ORDER BY tokens.created_at, tokens.id`,
  )
  const countOf = database
    .prepare('SELECT count(*) FROM tokens WHERE operator_id = ? AND revoked_at IS NULL')
    .pluck()
  const setUsed = database.prepare('UPDATE tokens SET last_used_at = ? WHERE token_hash = ?')
  const revoke = database.prepare('UPDATE tokens SET revoked_at = ? WHERE id = ?')

  return {
    insert: (row: Omit<TokenRow, 'last_used_at' | 'revoked_at'>) => void insert.run(row),
    byHash: (hash: string) => byHash.get(hash) ?? null,
    /** The valid ones with this id or label. */
    named: (idOrLabel: string) => named.all(idOrLabel, idOrLabel),
    all: () => all.all(),
    /** How many valid ones an operator has. */
    countOf: (operatorId: string) => Number(countOf.get(operatorId)),
    setUsed: (hash: string, usedAt: string) => void setUsed.run(usedAt, hash),
    revoke: (id: string, revokedAt: string) => void revoke.run(revokedAt, id),
  }
}
