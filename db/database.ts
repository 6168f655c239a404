// Opens the SQLite database: the only importer of better-sqlite3, and the place where durability is set and asserted.
import Sqlite from 'better-sqlite3'
import { MIGRATIONS } from './migrations.ts'

export type Database = Sqlite.Database

/** How long a statement waits for another process's lock. Short, because it stops the event loop; callers retry. */
const BUSY_TIMEOUT_MS = 50
/** Older releases can lose commits of a WAL that is reset while another connection writes. */
const OLDEST_SQLITE = [3, 51, 3] as const

/**
 * Opens (and creates, and migrates) the database at `path`.
 *
 * @throws Error when SQLite is older than 3.51.3, a pragma does not hold, or the file is no database
 */
export function openDatabase(path: string, options: { readonly?: boolean } = {}): Database {
  const database = new Sqlite(path, { timeout: BUSY_TIMEOUT_MS, readonly: options.readonly ?? false })
  try {
    assertVersion(database)
    if (!options.readonly) {
      database.pragma('journal_mode = WAL')
      migrate(database)
    }
    database.pragma('foreign_keys = ON')
    // better-sqlite3's build falls to NORMAL after the first write unless it is set on the connection.
    database.pragma('synchronous = FULL')
    assertPragmas(database, options.readonly ?? false)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** Whether an error says that another process holds the database: the same call can succeed later. */
export function isBusy(error: unknown): boolean {
  return error instanceof Sqlite.SqliteError && /^SQLITE_(BUSY|LOCKED)/.test(error.code)
}

/** Whether an error says that the record can't be written for want of space or of a working disk. */
export function isDiskTrouble(error: unknown): boolean {
  return error instanceof Sqlite.SqliteError && /^SQLITE_(FULL|IOERR|READONLY|CANTOPEN)/.test(error.code)
}

/** Whether an error came from SQLite at all. */
export function isDatabaseError(error: unknown): boolean {
  return error instanceof Sqlite.SqliteError
}

/** Whether an error says that a row would break a UNIQUE constraint. */
export function isUniqueViolation(error: unknown): boolean {
  return error instanceof Sqlite.SqliteError && /^SQLITE_CONSTRAINT_(UNIQUE|PRIMARYKEY)/.test(error.code)
}

function assertVersion(database: Database) {
  const version = String(database.prepare('SELECT sqlite_version()').pluck().get())
  const parts = version.split('.').map(Number)
  for (const [index, oldest] of OLDEST_SQLITE.entries()) {
    const part = parts[index] ?? 0
    if (part > oldest) return
    if (part < oldest)
      throw new Error(`SQLite ${version} is too old, ${OLDEST_SQLITE.join('.')} or newer is needed`)
  }
}

function assertPragmas(database: Database, readonly: boolean) {
  const wanted: Record<string, unknown> = {
    foreign_keys: 1,
    ...(readonly ? {} : { journal_mode: 'wal', synchronous: 2 }),
  }
  for (const [pragma, value] of Object.entries(wanted)) {
    const current = database.pragma(pragma, { simple: true })
    if (current !== value) {
      throw new Error(
        `SQLite runs with ${pragma} = ${JSON.stringify(current)}, ${JSON.stringify(value)} is needed`,
      )
    }
  }
}

/** Brings the schema up to date, each step in a transaction of its own. */
function migrate(database: Database) {
  const current = Number(database.pragma('user_version', { simple: true }))
  if (current > MIGRATIONS.length) {
    throw new Error(
      `The database has schema version ${current}, this version knows ${MIGRATIONS.length}: start a newer one`,
    )
  }
  for (const [index, sql] of MIGRATIONS.entries()) {
    if (index < current) continue
    database
      .transaction(() => {
        database.exec(sql)
        database.pragma(`user_version = ${index + 1}`)
      })
      .immediate()
  }
}
