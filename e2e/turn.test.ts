import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isTerminal } from '../lib/event-checks.ts'
import { readStream, startTestConsole, type TestConsole } from './support/console.ts'

describe('a turn', () => {
  let test: TestConsole
  beforeAll(async () => {
    test = await startTestConsole()
  })
  afterAll(() => test.close())

  it('runs from prompt to result with the real CLI', async () => {
    const { id } = await test.openSession('several-tools')
    const { turn_id, state } = await test.prompt(id, 'Look around')
    expect(state).toBe('running')
    const events = await readStream(test, `/api/sessions/${id}/events`, (event) => event.kind === 'result')
    const ofTurn = events.filter((event) => 'turn_id' in event && event.turn_id === turn_id)
    expect(ofTurn.filter(isTerminal)).toHaveLength(1)
    expect(ofTurn.at(-1)).toMatchObject({ kind: 'result', outcome: 'success', is_error: false })
    expect(ofTurn.find((event) => event.kind === 'session')).toMatchObject({ session_id: id, resumed: false })
  })

  it('continues the same conversation when a second prompt is sent', async () => {
    const { id } = await test.openSession('multi')
    for (const prompt of ['one', 'two']) {
      const { turn_id } = await test.prompt(id, prompt)
      const end = await test.waitFor(id, (event) => event.turn_id === turn_id && isTerminal(event))
      expect(end).toMatchObject({ kind: 'result', outcome: 'success' })
    }
    const sessions = (await test.events(id)).filter((event) => event.kind === 'session')
    expect(sessions).toMatchObject([{ resumed: false }, { resumed: true }])
  })
})
