// Trial 6: another process holds the database while a turn runs.
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDatabase } from '../../db/database.ts'
import type { Health, HealthCheck, Problem } from '../../lib/api.ts'
import { startTestConsole, type TestConsole, until } from '../support/console.ts'
import { sized } from '../support/size.ts'
import { endOf, expectSeenInRecord, timesRan, watch } from '../support/trials.ts'

/** Long enough for the command to end and the turn with it, were it not for the lock. */
const HELD_MS = sized(8_000, 30_000)

describe('a database that another process holds', () => {
  let test: TestConsole
  beforeAll(async () => {
    test = await startTestConsole({ warm: false })
  })
  afterAll(() => test.close())

  it('keeps streams alive, refuses in words what it can’t record, and loses nothing', async () => {
    const { id, workspace } = await test.openSession('counter')
    const watcher = watch(test, id)
    const connection = watcher.connect()
    const { turn_id } = await test.prompt(id, 'Go')
    await until(() => timesRan(workspace) === 1)
    const other = openDatabase(join(test.data, 'breakglass.db'))
    other.exec('BEGIN IMMEDIATE')
    const passed = () =>
      watcher.seen.filter((event) => event.kind === 'tool' && event.phase === 'progress').length
    const before = passed()
    await until(() => passed() > before) // what passes needs no record
    await sleep(HELD_MS)

    const refused = await test.request<Problem>('POST', '/api/sessions', {
      reason: 'Something else is broken',
    })
    expect(refused).toMatchObject({ status: 503, data: { code: 'database_busy' } })
    expect(refused.data.detail).toContain('try again in a few seconds')
    expect((await test.request<Health>('GET', '/api/health')).data.ok).toBe(false)
    const { data: status } = await test.request<{ checks: HealthCheck[] }>('GET', '/api/status')
    expect(status.checks.find(({ name }) => name === 'Record')).toMatchObject({
      state: 'error',
      hint: expect.stringContaining('Another process holds the database; the record waits for it'),
    })
    // Reading goes on, and so does the stream.
    expect((await test.session(id)).status).toBe('running')
    const late = watch(test, id)
    const lateConnection = late.connect()
    await until(() => late.seen.some(({ kind }) => kind === 'caught-up'))

    other.exec('COMMIT')
    other.close()
    const end = await endOf(test, id, turn_id)
    expect(end).toMatchObject({ outcome: 'success' })
    expect(timesRan(workspace)).toBe(1)
    for (const each of [watcher, late]) {
      await until(() => each.seen.some(({ seq }) => seq === end.seq))
      each.disconnect()
      expectSeenInRecord(each.seen, await test.events(id))
    }
    await Promise.all([connection, lateConnection])
    expect((await test.request<Health>('GET', '/api/health')).data.ok).toBe(true)
  })
})
