import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Database, openDatabase } from './database.ts'
import { createEventsTable } from './events.ts'

const SESSION = 'a session'
const TIME = '2026-01-01T00:00:00.000Z'
let directory: string
let path: string
let database: Database

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'breakglass-database-'))
  path = join(directory, 'breakglass.db')
  database = openDatabase(path)
  database
    .prepare(
      `INSERT INTO sessions (id, reason, title, kind, driver, provider, minutes, operator, workspace, cli_session_id, created_at, last_event_at, head_hash)
       VALUES (?, 'A reason', 'A title', 'incident', 'print', 'anthropic', 120, 'ada', '/w', 'c', @at, @at, '')`,
    )
    .run(SESSION, { at: TIME })
})
afterEach(() => {
  database.close()
  rmSync(directory, { recursive: true })
})

const append = () => {
  const body = { kind: 'note' as const, operator: 'ada', text: 'Looked' }
  database.transaction(() => createEventsTable(database).append(SESSION, null, [body], 0, 0)).immediate()
}

test('openDatabase() keeps commits on disk on each connection, after writes as well', () => {
  append()
  const other = openDatabase(path)
  for (const connection of [database, other]) {
    expect(connection.pragma('synchronous', { simple: true })).toBe(2)
    expect(connection.pragma('journal_mode', { simple: true })).toBe('wal')
    expect(connection.pragma('foreign_keys', { simple: true })).toBe(1)
  }
  other.close()
})

test('openDatabase() refuses a schema that is newer than it knows, and leaves it as it is', () => {
  database.pragma('user_version = 1000')
  expect(() => openDatabase(path)).toThrow('start a newer one')
  expect(database.pragma('user_version', { simple: true })).toBe(1000)
})

test('the table of events takes nothing back', () => {
  append()
  expect(() => database.exec("UPDATE events SET payload = '{}'")).toThrow('append-only')
  expect(() => database.exec('DELETE FROM events')).toThrow('append-only')
})

test('the table of turns holds one running turn a session', () => {
  const insert = database.prepare(
    "INSERT INTO turns (id, session_id, operator, prompt, state, created_at) VALUES (?, ?, 'ada', 'Look', ?, ?)",
  )
  insert.run('first', SESSION, 'running', TIME)
  insert.run('second', SESSION, 'queued', TIME)
  expect(() => insert.run('third', SESSION, 'running', TIME)).toThrow('UNIQUE')
})
