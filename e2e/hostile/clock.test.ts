// Trial 11: somebody sets the clock of the host while a turn runs, an hour back and then a year ahead.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ROOT, startTestConsole, type TestConsole, until } from '../support/console.ts'
import { endOf, timesRan } from '../support/trials.ts'

const HOUR_MS = 3_600_000
const YEAR_MS = 365 * 24 * HOUR_MS

describe('a host whose clock is set', () => {
  let test: TestConsole
  let clock: string
  beforeAll(async () => {
    test = await startTestConsole()
    await test.kill('SIGTERM')
    clock = join(test.data, '..', 'clock')
    const preload = pathToFileURL(join(ROOT, 'e2e', 'fakes', 'clock.mjs'))
    preload.searchParams.set('file', clock)
    await test.start({ NODE_OPTIONS: `--import ${preload}` })
  })
  afterAll(() => test.close())

  it.each([
    ['an hour back', -HOUR_MS],
    ['a year ahead', YEAR_MS],
  ])('tells of it in the record, and goes on with its turn: %s', async (_, byMs) => {
    writeFileSync(clock, '0')
    const { id, workspace } = await test.openSession('counter')
    const { turn_id } = await test.prompt(id, 'Go')
    await until(() => timesRan(workspace) === 1)
    writeFileSync(clock, String(byMs))
    await test.waitFor(
      id,
      (event) =>
        event.kind === 'control' &&
        event.action === 'clock_jumped' &&
        Math.abs(Number(event.by_ms) - byMs) < 60_000,
    )
    expect(await endOf(test, id, turn_id)).toMatchObject({ outcome: 'success' })
    const [first, last] = [(await test.events(id))[0], (await test.events(id)).at(-1)]
    const between = Date.parse(last?.at ?? '') - Date.parse(first?.at ?? '')
    expect(Math.sign(between)).toBe(Math.sign(byMs)) // times say what the clock said; the order is that of seq
    expect(timesRan(workspace)).toBe(1)
    const next = await test.prompt(id, 'And now?')
    expect(await endOf(test, id, next.turn_id)).toMatchObject({ outcome: 'success' })
    writeFileSync(clock, '0')
  })

  it('keeps the chain whole over both', async () => {
    expect(await test.command(['verify'])).toMatchObject({ exitCode: 0 })
  })
})
