// The stream driver alone: one process over many turns, and what becomes of a turn whose CLI dies.
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isTerminal } from '../lib/event-checks.ts'
import type { RecordedEvent } from '../lib/events.ts'
import { type ScriptedModel, startScriptedModel } from '../server/drill/scripted-model.ts'
import { ROOT, startTestConsole, type TestConsole, until } from './support/console.ts'
import { endOf, livingRows, processesOf, timesRan, turnRow } from './support/trials.ts'

const open = (test: TestConsole, scenario: string) => test.openSession(scenario, { driver: 'stream' })
const processOf = (test: TestConsole, turnId: string) => turnRow(test, turnId).process_id
const controls = (events: readonly RecordedEvent[], action: string) =>
  events.filter((event) => event.kind === 'control' && event.action === action)

/** The process that waits for the session's next prompt. */
async function readyProcess(test: TestConsole, sessionId: string) {
  const ready = () => livingRows(test, sessionId).find((row) => row.pid !== null)
  await until(() => ready() !== undefined)
  return ready() as { id: string; pid: number }
}

describe.concurrent('a stream session of the real CLI', () => {
  let test: TestConsole
  let model: ScriptedModel
  beforeAll(async () => {
    model = await startScriptedModel({ scenarios: join(ROOT, 'e2e', 'scenarios') })
    const env = { ANTHROPIC_BASE_URL: model.url, ANTHROPIC_API_KEY: 'sk-ant-test-dummy-key' }
    test = await startTestConsole({
      model: false,
      env,
      config: 'limits: { warm_idle_minutes: 0.3, warm_processes: 20 }\n',
    })
  })
  afterAll(async () => {
    await test.close()
    await model.close()
  })

  const ask = async (sessionId: string, prompt: string) => {
    const { turn_id } = await test.prompt(sessionId, prompt)
    return { turn_id, end: await endOf(test, sessionId, turn_id) }
  }
  const ofTurn = async (sessionId: string, turnId: string) =>
    (await test.events(sessionId)).filter((event) => event.turn_id === turnId)
  /** How often a prompt was put to the model. */
  const asked = (prompt: string) => {
    type Body = { messages?: { role: string; content: unknown }[] } | null
    return new Set(
      model.requests.flatMap(({ body }) => {
        const texts = JSON.stringify((body as Body)?.messages?.filter(({ role }) => role === 'user') ?? [])
        return texts.split(prompt).length - 1
      }),
    )
  }

  it('is one process over its turns, each with a cost and times of its own', async () => {
    const { id } = await open(test, 'multi')
    const turns = [await ask(id, 'one'), await ask(id, 'two'), await ask(id, 'three')]
    const [process, ...others] = turns.map(({ turn_id }) => processOf(test, turn_id))
    expect(others).toEqual([process, process])
    const results = turns.map(({ end }) => end)
    expect(results.every((end) => end.kind === 'result' && end.outcome === 'success')).toBe(true)
    const costs = results.map((end) => (end.kind === 'result' ? (end.total_cost_usd ?? 0) : 0))
    // Two answers, two answers, one: not what the process has cost until then.
    expect(costs[2]).toBeGreaterThan(0)
    expect(costs[2]).toBeLessThan(costs[1] ?? 0)
    for (const end of results) {
      expect(end).toMatchObject({ first_output_ms: expect.any(Number), elapsed_ms: expect.any(Number) })
    }
    const sessions = (await test.events(id)).filter((event) => event.kind === 'session')
    expect(sessions.map((event) => event.kind === 'session' && event.resumed)).toEqual([false, true, true])
  })

  it('outlives a stop, without what the stopped turn had started', async () => {
    const { id } = await open(test, 'leaves-process-and-waits')
    const { turn_id } = await test.prompt(id, 'Go')
    await until(async () => (await processesOf(test, id)).filter(isSleep).length === 4)
    await test.request('DELETE', `/api/sessions/${id}/turns/current`)
    expect(await endOf(test, id, turn_id)).toMatchObject({ outcome: 'interrupted' })
    expect((await processesOf(test, id)).filter(isSleep)).toEqual([])
    const next = await ask(id, 'And now?')
    expect(next.end).toMatchObject({ outcome: 'success' })
    expect(processOf(test, next.turn_id)).toBe(processOf(test, turn_id))
  })

  it('sends a prompt that had not reached the CLI when it died, and runs it once', async () => {
    const { id, workspace } = await open(test, 'counter')
    const ready = await readyProcess(test, id)
    process.kill(ready.pid, 'SIGSTOP')
    const { turn_id } = await test.prompt(id, 'Not read in time')
    await until(() => turnRow(test, turn_id).prompt_sent === 1)
    process.kill(ready.pid, 'SIGKILL')
    expect(await endOf(test, id, turn_id)).toMatchObject({ outcome: 'success' })
    expect(timesRan(workspace)).toBe(1)
    expect(processOf(test, turn_id)).not.toBe(ready.id)
    const events = await ofTurn(id, turn_id)
    expect(controls(events, 'restarted')).toMatchObject([
      { operator: 'console', attempt: 1, reason: expect.stringContaining('SIGKILL') },
    ])
    expect(asked('Not read in time')).toEqual(new Set([0, 1]))
  })

  it('has a prompt answered that the CLI had not answered when it died, without sending it again', async () => {
    const { id } = await open(test, 'hang')
    const { turn_id } = await test.prompt(id, 'Is anybody there?')
    await test.waitFor(id, (event) => event.kind === 'session')
    await until(() => asked('Is anybody there?').has(1))
    const { pid } = await readyProcess(test, id)
    process.kill(pid, 'SIGKILL')
    expect(await endOf(test, id, turn_id)).toMatchObject({
      outcome: 'success',
      result: expect.stringContaining('Answer it now'),
    })
    const events = await ofTurn(id, turn_id)
    expect(events.filter((event) => event.kind === 'session')).toHaveLength(1)
    expect(controls(events, 'restarted')).toHaveLength(1)
    expect(asked('Is anybody there?')).toEqual(new Set([0, 1]))
  })

  it('ends the turn when the CLI died over a tool, holds the queue, and tells the model with the next prompt', async () => {
    const { id, workspace } = await open(test, 'counter')
    const { turn_id } = await test.prompt(id, 'Go')
    await until(() => timesRan(workspace) === 1)
    const queued = await test.prompt(id, 'After that', { queue: true })
    expect(queued.state).toBe('queued')
    const { pid } = await readyProcess(test, id)
    process.kill(pid, 'SIGKILL')
    expect(await endOf(test, id, turn_id)).toMatchObject({
      outcome: 'error',
      result: expect.stringContaining('nothing was sent again'),
    })
    expect((await processesOf(test, id)).filter(({ command }) => command.includes('ran.txt'))).toEqual([])
    expect(await test.session(id)).toMatchObject({ status: 'held', queue: [{ id: queued.turn_id }] })
    await test.request('POST', `/api/sessions/${id}/queue/${queued.turn_id}/send`)
    expect(await endOf(test, id, queued.turn_id)).toMatchObject({
      outcome: 'success',
      result: expect.stringContaining('cut off while these calls ran'),
    })
    expect(timesRan(workspace)).toBe(1)
  })

  it('is ended when it is idle, and started again on demand', async () => {
    const { id } = await open(test, 'multi')
    const first = await ask(id, 'one')
    const ran = processOf(test, first.turn_id)
    await until(() => livingRows(test, id).length === 0, 60_000)
    const second = await ask(id, 'two')
    expect(second.end).toMatchObject({ outcome: 'success', result: 'It is written down.' })
    expect(processOf(test, second.turn_id)).not.toBe(ran)
    expect(controls(await test.events(id), 'cli_ended')).toEqual([])
  })

  it('is another process when the model is another, in the same conversation', async () => {
    const { id } = await open(test, 'multi')
    const first = await ask(id, 'one')
    await test.request('PATCH', `/api/sessions/${id}`, { model: 'drill-plain-text' })
    const second = await ask(id, 'echo two')
    expect(second.end).toMatchObject({ outcome: 'success' })
    expect(processOf(test, second.turn_id)).not.toBe(processOf(test, first.turn_id))
    const last = model.requests.findLast(({ body }) => JSON.stringify(body).includes('echo two'))
    expect(JSON.stringify(last?.body)).toContain('First I see where I am.')
    await until(() => livingRows(test, id).length === 1)
  })
})

describe.concurrent('a stream session of a CLI that misbehaves', () => {
  let test: TestConsole
  beforeAll(async () => {
    const env = { BREAKGLASS_CLAUDE: join(ROOT, 'e2e', 'fakes', 'claude.cjs') }
    test = await startTestConsole({ env, config: 'limits: { concurrent_turns: 20 }\n' })
  })
  afterAll(() => test.close())

  it('is started again three times, then the turn is an error with its last words', async () => {
    const { id } = await open(test, 'exit-3')
    const { turn_id } = await test.prompt(id, 'Go')
    expect(await endOf(test, id, turn_id)).toMatchObject({
      ...{ outcome: 'error', exit_code: 3, stderr: 'the disk of this model is on fire' },
      result: expect.stringContaining('started again 3 times'),
    })
    const told = controls(await test.events(id), 'restarted')
    expect(told.map((event) => event.kind === 'control' && event.attempt)).toEqual([1, 2, 3])
  })

  it('is stopped between two starts', async () => {
    const { id } = await open(test, 'exit-3')
    const { turn_id } = await test.prompt(id, 'Go')
    await test.waitFor(id, (event) => event.kind === 'control' && event.action === 'restarted')
    await test.request('DELETE', `/api/sessions/${id}/turns/current`)
    expect(await endOf(test, id, turn_id)).toMatchObject({ kind: 'result', outcome: 'interrupted' })
  })

  it('has its death told when it had nothing to do', async () => {
    const { id } = await open(test, 'plain')
    const { turn_id } = await test.prompt(id, 'Go')
    await endOf(test, id, turn_id)
    const { pid } = await readyProcess(test, id)
    // What ends within a second of its turn ends because of it.
    await new Promise((resolve) => setTimeout(resolve, 1_200))
    process.kill(pid, 'SIGKILL')
    const told = await test.waitFor(id, (event) => event.kind === 'control' && event.action === 'cli_ended')
    expect(told).toMatchObject({ reason: expect.stringContaining('SIGKILL') })
    const next = await test.prompt(id, 'Again')
    expect(await endOf(test, id, next.turn_id)).toMatchObject({ outcome: 'success' })
  })

  it('has what it says between turns recorded outside of them, and the next turn is its own', async () => {
    const { id } = await open(test, 'says-more-after-result')
    const { turn_id } = await test.prompt(id, 'Go')
    const text = 'One more thing, unasked.'
    const said = await test.waitFor(id, (event) => event.kind === 'text' && event.text === text)
    expect(said.turn_id).toBeUndefined()
    await endOf(test, id, turn_id)
    const next = await test.prompt(id, 'Again')
    expect(await endOf(test, id, next.turn_id)).toMatchObject({ outcome: 'success', result: 'Done.' })
    await until(async () => (await test.events(id)).filter((event) => event.kind === 'text').length === 2)
    expect((await test.events(id)).filter(isTerminal)).toHaveLength(2)
  })
})

function isSleep({ command }: { command: string }): boolean {
  return /^sleep (600|120)$/.test(command)
}
