import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, expect, it } from 'vitest'
import { type Database, openDatabase } from '../db/database.ts'
import { keepEnds } from './moving-ends.ts'
import { createTables, type Tables } from './tables.ts'

const YEAR_MS = 365 * 24 * 3_600_000
const END = Date.parse('2026-03-01T10:00:00.000Z')
const folder = mkdtempSync(join(tmpdir(), 'breakglass-ends-'))
let database: Database
let tables: Tables
let clock: { boot: string; ms: number }

beforeEach(() => {
  database = openDatabase(join(folder, `${crypto.randomUUID()}.db`))
  tables = createTables(database)
  clock = { boot: 'first', ms: 1_000_000 }
  for (const id of ['open', 'closed']) {
    tables.sessions.insert({
      ...{
        id,
        reason: '',
        title: '',
        ticket: null,
        kind: 'incident',
        drill: null,
        driver: 'print',
        provider: 'p',
      },
      ...{ model: null, minutes: 60, operator: 'ana', workspace: '/w', cli_session_id: id },
      ...{ created_at: '2026-03-01T09:00:00.000Z', ends_at: new Date(END).toISOString() },
    })
  }
  const closed_at = '2026-03-01T09:30:00.000Z'
  tables.sessions.close({ id: 'closed', closed_at, outcome: 'resolved', summary: null })
})
afterEach(() => database.close())
afterAll(() => rmSync(folder, { recursive: true }))

const onFailure = (error: unknown) => {
  throw error
}
const keep = () => keepEnds({ database, tables, onFailure, read: () => ({ ...clock }) })
const endOf = (id: string) => Date.parse(tables.sessions.byId(id)?.ends_at ?? '') - END

it('now() moves what is open by as much as the clock was set, and back', () => {
  const ends = keep()
  clock.ms += YEAR_MS
  ends.now()
  expect([endOf('open'), endOf('closed')]).toEqual([YEAR_MS, 0])
  expect([ends.takeMoved(), ends.takeMoved()]).toEqual([YEAR_MS, 0])
  clock.ms -= YEAR_MS
  expect(ends.takeMoved()).toBe(-YEAR_MS)
  expect(endOf('open')).toBe(0)
})

it('now() moves nothing while the clock is slewed', () => {
  const ends = keep()
  for (let look = 0; look < 10; look++) {
    clock.ms += 1_000
    ends.now()
  }
  expect(endOf('open')).toBe(0)
})

it('keepEnds() follows a clock that was set while no console ran, of the same boot only', () => {
  keep()
  clock.ms += YEAR_MS
  keep()
  expect(endOf('open')).toBe(YEAR_MS)
  clock = { boot: 'second', ms: 5 }
  keep()
  expect(endOf('open')).toBe(YEAR_MS)
})
