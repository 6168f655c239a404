// The table of gateway histories: the whole of a conversation, tools included, found by what its client knows of it.
import type { Database } from './database.ts'

export type HistoryRow = {
  /** Of the conversation as the client has received it. */
  fingerprint: string
  /** The history that `messages` goes on from; null where `messages` is the whole. */
  parent: string | null
  session_id: string
  /** JSON. */
  messages: string
  created_at: string
}

/** Histories kept; beyond, the oldest go, and a conversation is seeded with what its client sends. */
export const HISTORIES_KEPT = 5_000

export type GatewayHistoriesTable = ReturnType<typeof createGatewayHistoriesTable>

export function createGatewayHistoriesTable(database: Database) {
  const insert = database.prepare(
    `INSERT INTO gateway_histories (fingerprint, parent, session_id, messages, created_at)
     VALUES (@fingerprint, @parent, @session_id, @messages, @created_at) ON CONFLICT (fingerprint) DO NOTHING`,
  )
  const prune = database.prepare(
    'DELETE FROM gateway_histories WHERE position <= (SELECT max(position) FROM gateway_histories) - ?',
  )
  const byFingerprint = database.prepare<[string], HistoryRow>(
    'SELECT fingerprint, parent, session_id, messages, created_at FROM gateway_histories WHERE fingerprint = ?',
  )
  const add = database.transaction((row: HistoryRow) => {
    insert.run(row)
    prune.run(HISTORIES_KEPT)
  })

  return {
    /** Keeps a history unless it is kept already. */
    add: (row: HistoryRow) => void add.immediate(row),
    byFingerprint: (fingerprint: string) => byFingerprint.get(fingerprint) ?? null,
  }
}
