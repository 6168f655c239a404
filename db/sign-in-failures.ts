// The table of failed sign-ins: how many, an address, and until when it is blocked.
import type { Database } from './database.ts'

export type FailuresRow = {
  address: string
  failures: number
  first_failed_ms: number
  /** How many times it was blocked in a row. */
  blocks: number
  blocked_until_ms: number
}

export function createFailuresTable(database: Database) {
  const get = database.prepare<[string], FailuresRow>('SELECT * FROM sign_in_failures WHERE address = ?')
  const put = database.prepare(
    `INSERT OR REPLACE INTO sign_in_failures (address, failures, first_failed_ms, blocks, blocked_until_ms)
     VALUES (@address, @failures, @first_failed_ms, @blocks, @blocked_until_ms)`,
  )
  const remove = database.prepare('DELETE FROM sign_in_failures WHERE address = ?')
  const removeOld = database.prepare(
    'DELETE FROM sign_in_failures WHERE first_failed_ms < ? AND blocked_until_ms < ?',
  )
  const removeAll = database.prepare('DELETE FROM sign_in_failures')

  return {
    get: (address: string) => get.get(address) ?? null,
    put: (row: FailuresRow) => void put.run(row),
    remove: (address: string) => void remove.run(address),
    /** Forgets the addresses that neither failed nor were blocked since a time in ms since the epoch. */
    removeOld: (beforeMs: number) => void removeOld.run(beforeMs, beforeMs),
    removeAll: () => void removeAll.run(),
  }
}
