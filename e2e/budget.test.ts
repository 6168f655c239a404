// Budgets of sessions, and stalls: what a turn waits for when nothing moves.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SessionDetail } from '../lib/api.ts'
import type { BodyOf, RecordedEvent } from '../lib/events.ts'
import { addOperator, as } from './support/accounts.ts'
import { startTestConsole, type TestConsole, until } from './support/console.ts'
import { endOf } from './support/trials.ts'

const control = (action: string, budget?: string) => (event: RecordedEvent) =>
  event.kind === 'control' && event.action === action && (budget === undefined || event.budget === budget)

describe('budgets', () => {
  let test: TestConsole
  let asOperator: Record<string, string>
  beforeAll(async () => {
    test = await startTestConsole({
      warm: false,
      config: 'limits: { session_turns: 5, stall_seconds: 3 }\n',
    })
    asOperator = as((await addOperator(test, 'otto', 'operator')).token)
  })
  afterAll(() => test.close())

  const change = (id: string, body: object, headers = {}) =>
    test.request<{ code: string; detail: string }>('POST', `/api/sessions/${id}/budget`, body, headers)
  const send = (id: string, more = {}) =>
    test.request<{ code: string; detail: string }>('POST', `/api/sessions/${id}/turns`, {
      prompt: 'Go',
      ...more,
    })
  const turn = async (id: string) => endOf(test, id, (await test.prompt(id, 'Go')).turn_id)

  it('refuse a further turn when all are used, until an admin raises them with a reason', async () => {
    const { id } = await test.openSession('plain-text', { budget: { turns: 2 } })
    await turn(id)
    await turn(id)
    await test.waitFor(id, control('budget_spent', 'turns'))
    const refused = await send(id)
    expect(refused).toMatchObject({ status: 409, data: { code: 'budget_spent' } })
    expect(refused.data.detail).toContain('2 of 2 turns')
    expect(await send(id, { queue: true })).toMatchObject({ status: 409 })
    expect(await change(id, { turns: 3, reason: 'It is nearly done' }, asOperator)).toMatchObject({
      status: 403,
    })
    expect(await change(id, { turns: 3 })).toMatchObject({ status: 400 })
    expect(await change(id, { reason: 'Nothing given' })).toMatchObject({ status: 400 })
    expect((await change(id, { turns: 3, reason: 'It is nearly done' })).status).toBe(200)
    expect(await test.waitFor(id, control('budget_changed'))).toMatchObject({
      ...{ operator: 'ana', reason: 'It is nearly done', turns: 3 },
    })
    expect(await turn(id)).toMatchObject({ outcome: 'success' })
    expect((await send(id)).status).toBe(409)
    expect((await change(id, { turns: null, reason: 'As many as it takes' })).status).toBe(200)
    expect(await turn(id)).toMatchObject({ outcome: 'success' })
  })

  it('are warned of once at four fifths, and are those of the configuration without any given', async () => {
    const { id } = await test.openSession('plain-text')
    for (let count = 0; count < 4; count++) await turn(id)
    expect(await test.waitFor(id, control('budget_warning', 'turns'))).toMatchObject({
      ...{ reason: '4 of 5 turns', used: 4, limit: 5, operator: 'console' },
    })
    const { budget } = await test.session(id)
    expect(budget?.turns).toEqual({ used: 4, limit: 5 })
    await turn(id)
    await test.waitFor(id, control('budget_spent', 'turns'))
    expect((await test.events(id)).filter(control('budget_warning'))).toHaveLength(1)
  })

  it('stop a turn when its minutes are used up, and hold what is queued', async () => {
    const { id } = await test.openSession('long-command', { budget: { minutes: 0.05 } })
    const { turn_id } = await test.prompt(id, 'Go')
    await test.prompt(id, 'Then this', { queue: true })
    const end = await endOf(test, id, turn_id)
    expect(end).toMatchObject({ outcome: 'timeout' })
    const events = await test.events(id)
    const stopped = events.find((event) => event.kind === 'control' && event.action === 'stopped')
    expect(stopped).toMatchObject({ reason: expect.stringContaining('The budget of the session is used up') })
    expect(events.filter(control('budget_spent', 'minutes'))).toHaveLength(1)
    const session = await test.request<SessionDetail>('GET', `/api/sessions/${id}`)
    expect(session.data).toMatchObject({ status: 'held', queued: 1, current_turn: null })
    expect(events.filter((event) => event.kind === 'prompt')).toHaveLength(1)
  })

  it('count dollars as soon as a turn’s cost is known', async () => {
    const { id } = await test.openSession('plain-text', { budget: { usd: 0.001, turns: null } })
    await test.prompt(id, 'Go')
    await test.waitFor(id, (event) => event.kind === 'result')
    await test.waitFor(id, control('budget_spent', 'usd'))
    expect((await send(id)).data.detail).toMatch(/used up: \$\d/)
  })

  it('are kept over a restart of the console', async () => {
    const { id } = await test.openSession('plain-text', { budget: { turns: 1 } })
    await turn(id)
    await test.kill('SIGKILL')
    await test.start()
    expect(await send(id)).toMatchObject({ status: 409, data: { code: 'budget_spent' } })
    await test.waitFor(id, control('budget_spent', 'turns'))
  })

  it('leave a stall to be told: first the silent tool, then the silent model, each once', async () => {
    const { id } = await test.openSession('silent-command')
    const { turn_id } = await test.prompt(id, 'Go')
    const told = async () =>
      (await test.events(id)).filter(
        (event): event is RecordedEvent & BodyOf<'control'> =>
          event.kind === 'control' && (event.action === 'stalled' || event.action === 'moved'),
      )
    await until(async () => (await told()).some(({ what }) => what === 'tool'))
    await until(async () => (await told()).at(-1)?.what === 'model')
    // On a busy host the model is waited for before the tool as well.
    const all = await told()
    const at = all.findIndex(({ what }) => what === 'tool')
    const [tool, moved, model] = all.slice(at)
    expect(tool).toMatchObject({ action: 'stalled', tool_name: 'Bash', turn_id })
    expect(tool?.reason).toContain('sleep 7')
    expect(moved).toMatchObject({ action: 'moved', turn_id })
    expect(model).toMatchObject({ action: 'stalled', what: 'model', turn_id })
    for (const [place, { action }] of all.entries())
      expect(action).toBe(place % 2 === 0 ? 'stalled' : 'moved')
    await test.request('DELETE', `/api/sessions/${id}/turns/current`)
    await endOf(test, id, turn_id)
  })
})
