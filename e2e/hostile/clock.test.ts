// Trial 11: somebody sets the clock of the host while a turn runs, an hour back and then a year ahead.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RecordedEvent } from '../../lib/events.ts'
import { ROOT, startTestConsole, type TestConsole, until } from '../support/console.ts'
import { endOf, timesRan } from '../support/trials.ts'

const HOUR_MS = 3_600_000
const YEAR_MS = 365 * 24 * HOUR_MS

describe('a host whose clock is set', () => {
  let test: TestConsole
  let clock: string
  let options: string
  beforeAll(async () => {
    test = await startTestConsole({ warm: false })
    await test.kill('SIGTERM')
    clock = join(test.data, '..', 'clock')
    const preload = pathToFileURL(join(ROOT, 'e2e', 'fakes', 'clock.mjs'))
    preload.searchParams.set('file', clock)
    options = `--import ${preload}`
    await test.start({ NODE_OPTIONS: options })
  })
  afterAll(() => test.close())

  /** Sets the clock while the command of a turn runs, and waits until the record tells. */
  async function setDuringTurn(byMs: number) {
    const { id, workspace } = await test.openSession('counter')
    const { turn_id } = await test.prompt(id, 'Go')
    await until(() => timesRan(workspace) === 1)
    writeFileSync(clock, String(byMs))
    await hasJumped(id, byMs)
    const end = await endOf(test, id, turn_id)
    expect(timesRan(workspace)).toBe(1)
    const [first, last] = [(await test.events(id))[0], (await test.events(id)).at(-1)]
    // Times say what the clock said; the order is that of seq.
    expect(Math.sign(Date.parse(last?.at ?? '') - Date.parse(first?.at ?? ''))).toBe(Math.sign(byMs))
    return { id, end }
  }

  const hasJumped = (id: string, byMs: number) =>
    test.waitFor(id, (event) => {
      if (event.kind !== 'control' || event.action !== 'clock_jumped') return false
      // The console may not have seen yet that the clock was set right again: then it sees both as one, up to an hour more.
      const more = Math.sign(byMs) * Number(event.by_ms) - Math.abs(byMs)
      return more > -60_000 && more < HOUR_MS + 60_000
    })

  it('goes on with its turn when it is set an hour back', async () => {
    const { id, end } = await setDuringTurn(-HOUR_MS)
    expect(end).toMatchObject({ outcome: 'success' })
    const next = await test.prompt(id, 'And now?')
    expect(await endOf(test, id, next.turn_id)).toMatchObject({ outcome: 'success' })
    writeFileSync(clock, '0')
  })

  it('ends nothing early when it is set a year ahead: an hour stays an hour', async () => {
    const asking = await test.openSession('asks-operator')
    const asked = await test.prompt(asking.id, 'Go')
    const question = await test.waitFor(asking.id, (event) => event.kind === 'approval')
    const { id, end } = await setDuringTurn(YEAR_MS)
    expect(end).toMatchObject({ outcome: 'success' })
    const minutesLeft = async () =>
      Math.round((Date.parse((await test.session(id)).ends_at ?? '') - Date.now() - YEAR_MS) / 60_000)
    expect(await minutesLeft()).toBeGreaterThan(100)
    expect(await minutesLeft()).toBeLessThan(122)
    const next = await test.prompt(id, 'And now?')
    expect(await endOf(test, id, next.turn_id)).toMatchObject({ outcome: 'success' })
    const isOver = (event: RecordedEvent) => event.kind === 'control' && /^time_box/.test(event.action)
    expect((await test.events(id)).filter(isOver)).toEqual([])

    // The question still waits, also after the clock was set right while no console ran.
    await test.kill('SIGTERM')
    writeFileSync(clock, '0')
    await test.start({ NODE_OPTIONS: options })
    expect(await minutesLeft()).toBeLessThan(-500_000)
    const { data } = await test.request<{ approvals: { id: string }[] }>(
      'GET',
      '/api/approvals?state=pending',
    )
    expect(data.approvals.map(({ id: each }) => each)).toEqual([
      question.kind === 'approval' ? question.approval_id : '',
    ])
    await test.request('DELETE', `/api/sessions/${asking.id}/turns/current`)
    await endOf(test, asking.id, asked.turn_id)
  })

  it('keeps the chain whole over both', async () => {
    expect(await test.command(['verify'])).toMatchObject({ exitCode: 0 })
  })
})
