// The table of settings: what the console itself has to remember, by key.
import type { Database } from './database.ts'

export type SettingsTable = ReturnType<typeof createSettingsTable>

export function createSettingsTable(database: Database) {
  const get = database.prepare<[string], string>('SELECT value FROM settings WHERE key = ?').pluck()
  const set = database.prepare(
    'INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
  )
  const remove = database.prepare('DELETE FROM settings WHERE key = ?')

  return {
    get: (key: string) => (get.get(key) as string | undefined) ?? null,
    set: (key: string, value: string) => void set.run(key, value),
    remove: (key: string) => void remove.run(key),
  }
}
