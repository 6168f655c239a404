// Opens the record of the data directory, after a look for damage.
import { existsSync, statSync } from 'node:fs'
import { type Database, openDatabase } from '../db/database.ts'
import type { DataDirectory } from './data-directory.ts'

/** A record up to this size is checked at each start: about 0.2 s for the largest. */
const CHECKED_MAX_BYTES = 128 * 1024 ** 2

/** @throws Error with plain words when the record is damaged or can't be opened; nothing was changed in it then */
export function openRecord(data: DataDirectory): Database {
  try {
    if (existsSync(data.database)) assertWhole(data.database)
    return openDatabase(data.database)
  } catch (error) {
    throw new Error(
      `The record ${data.database} can't be opened: ${(error as Error).message}. Nothing was changed in it. Copy it aside with its -wal file, run "breakglass verify" on the copy, and start with the last backup or an empty BREAKGLASS_DATA_DIR`,
    )
  }
}

/**
 * Looks for damage before anything is written. Larger records are left to `breakglass verify`: it takes seconds for a gigabyte.
 * @throws Error in SQLite's words
 */
function assertWhole(path: string) {
  const database = openDatabase(path, { readonly: true })
  try {
    if (statSync(path).size > CHECKED_MAX_BYTES) return
    const found = database.pragma('quick_check(1)', { simple: true })
    if (found !== 'ok') throw new Error(String(found))
  } finally {
    database.close()
  }
}
