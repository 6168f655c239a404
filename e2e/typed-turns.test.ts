// What somebody types by hand into an agent's terminal is a turn of theirs; what a TUI's turn has cost is told behind it.
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isTerminal } from '../lib/event-checks.ts'
import { addOperator, as } from './support/accounts.ts'
import { startTestConsole, type TestConsole, until } from './support/console.ts'
import { endOf } from './support/trials.ts'

describe('turns at the keyboard of an agent terminal', () => {
  let test: TestConsole
  beforeAll(async () => {
    test = await startTestConsole()
  })
  afterAll(() => test.close())

  it('are the typist’s, in the record like any other, with what they cost', async () => {
    const ben = as((await addOperator(test, 'ben', 'operator')).token)
    const { id } = await test.openSession('multi', { driver: 'tui' })
    const first = await test.prompt(id, 'echo one')
    await endOf(test, id, first.turn_id)
    const cost = await test.waitFor(id, (event) => event.kind === 'control' && event.action === 'cost')
    expect(cost).toMatchObject({ of_turn: first.turn_id, usd: expect.any(Number) })
    expect(cost.turn_id).toBeUndefined()
    const told = (await test.events(id)).filter(
      (event) => event.kind === 'control' && event.action === 'cost',
    )
    const sum = told.reduce((usd, event) => usd + (event.kind === 'control' ? Number(event.usd) : 0), 0)
    expect((await test.session(id)).total_cost_usd).toBeCloseTo(sum, 9)
    const end = (await test.events(id)).find((event) => event.kind === 'result')
    expect(told.every(({ seq }) => seq > (end?.seq ?? Infinity))).toBe(true)

    const { data } = await test.request<{ terminals: { id: string }[] }>(
      'GET',
      `/api/sessions/${id}/terminals`,
    )
    const path = `/api/terminals/${data.terminals[0]?.id}`
    expect(await test.request('PUT', `${path}/keyboard`, {}, ben)).toMatchObject({ status: 200 })
    const type = async (text: string) => {
      for (const key of text) {
        await test.request('POST', `${path}/input`, { data: key }, ben)
        await sleep(30)
      }
      await sleep(500)
      await test.request('POST', `${path}/input`, { data: '\r' }, ben)
    }
    await type('echo by hand')
    await until(async () => (await test.events(id)).filter(isTerminal).length === 2)
    const typed = (await test.events(id)).findLast((event) => event.kind === 'prompt')
    expect(typed).toMatchObject({ operator: 'ben', text: 'echo by hand' })
    const turn = typed?.turn_id ?? ''
    expect(await endOf(test, id, turn)).toMatchObject({
      outcome: 'success',
      result: 'You said: echo by hand',
    })

    await type('!echo past the gate')
    await until(async () => (await test.events(id)).filter(isTerminal).length === 3)
    const events = await test.events(id)
    const shell = events.findLast((event) => event.kind === 'prompt')
    expect(shell).toMatchObject({ operator: 'ben', text: '!echo past the gate' })
    const ofShell = events.filter((event) => event.turn_id === shell?.turn_id)
    expect(ofShell).toContainEqual(
      expect.objectContaining({ kind: 'tool', phase: 'output', output: 'past the gate' }),
    )
    expect(ofShell.some((event) => event.kind === 'approval')).toBe(false)

    await test.request('DELETE', `${path}/keyboard`, undefined, ben)
    const next = await test.prompt(id, 'echo three')
    expect(await endOf(test, id, next.turn_id)).toMatchObject({ outcome: 'success' })
  })
})
