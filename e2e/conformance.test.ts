// What every way of running the CLI promises (server/drivers/driver.ts), with the real CLI: print, stream, tui, the pool.
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isTerminal } from '../lib/event-checks.ts'
import type { RecordedEvent } from '../lib/events.ts'
import { listProcesses } from '../server/claude/process-table.ts'
import { type ScriptedModel, startScriptedModel } from '../server/drill/scripted-model.ts'
import { ROOT, until } from './support/console.ts'
import { type GatewayFixture, startGatewayFixture } from './support/gateway.ts'
import { livingRows, processesOf, turnRow } from './support/trials.ts'
import { type Begun, type Conversation, comparable, converse, WAYS, type Way } from './support/ways.ts'

const POOL = ['pool_size: 8', 'requests_at_once: 8']

describe('every way of running the CLI', () => {
  let model: ScriptedModel
  let test: GatewayFixture
  beforeAll(async () => {
    model = await startScriptedModel({ scenarios: join(ROOT, 'e2e', 'scenarios') })
    const env = { ANTHROPIC_BASE_URL: model.url, ANTHROPIC_API_KEY: 'sk-ant-test-dummy-key' }
    test = await startGatewayFixture(POOL, env)
  })
  afterAll(async () => {
    await test.close()
    await model.close()
  })

  /** The same in all ways at the same time. */
  const inAllWays = (run: (way: Way, conversation: Conversation) => Promise<void>, scenario: string) =>
    Promise.all(WAYS.map(async (way) => run(way, await converse(test, way, scenario))))

  /** What runs of a session beside the CLI that is kept for it. */
  async function leftOf(session: string) {
    const kept = new Set(livingRows(test.console, session).map(({ pid }) => pid))
    expect(kept.size).toBeLessThan(2)
    return (await processesOf(test.console, session)).filter(({ pid }) => !kept.has(pid))
  }

  async function expectNothingLeft(session: string) {
    await until(async () => (await leftOf(session)).length === 0)
  }

  /** The last request to the model holds what was said before. */
  function expectRemembered(...prompts: string[]) {
    const said = model.requests.map(({ body }) => JSON.stringify(body))
    expect(said.some((body) => prompts.every((prompt) => body.includes(prompt)))).toBe(true)
  }

  it('tells the same conversation alike, each call judged before it runs, and leaves nothing running', async () => {
    const prompts = ['Mend the port', 'Three at once', 'How many files?', 'Write much', 'Leave some']
    const told = new Map<Way, unknown[]>()
    await inAllWays(async (way, conversation) => {
      const turns: unknown[] = []
      for (const prompt of prompts) {
        const { session, events } = await conversation.turn(prompt)
        expectPromises(events)
        expectJudged(events)
        const { workspace } = await test.console.session(session)
        turns.push(comparable(events, workspace))
        if (prompt !== 'Leave some') continue
        const left = () => ['plain', 'nohup', 'setsid'].map((name) => pidIn(workspace, name))
        await until(async () => !(await listProcesses()).some(({ pid }) => left().includes(pid)))
        await expectNothingLeft(session)
      }
      told.set(way, turns)
    }, 'tour')
    const [first, ...others] = WAYS
    for (const other of others) expect(told.get(other), other).toEqual(told.get(first))
    // The subagent's calls are among them.
    expect(JSON.stringify(told.get(first))).toContain('"parent_tool_use_id"')
  })

  it('ends within the grace when it is stopped, and goes on with the conversation', async () => {
    await inAllWays(async (way, conversation) => {
      const first = await conversation.turn(`stop ${way} once`)
      const begun = await conversation.begin('Now work')
      await running(begun)
      await test.console.request('DELETE', `/api/sessions/${begun.session}/turns/current`)
      const { end, events } = await conversation.end(begun)
      expect(end).toMatchObject({ kind: 'result', outcome: 'interrupted' })
      expectPromises(events)
      expect(await leftOf(begun.session)).toEqual([])
      await expectGoesOn(way, conversation, first, `stop ${way} once`)
    }, 'steady')
  })

  it('ends the turn when the CLI is killed, and goes on with the conversation', async () => {
    await inAllWays(async (way, conversation) => {
      const first = await conversation.turn(`kill ${way} once`)
      const begun = await conversation.begin('Now work')
      await running(begun)
      const { process_id } = turnRow(test.console, begun.turn)
      const row = livingRows(test.console, begun.session).find(({ id }) => id === process_id)
      process.kill(row?.pid ?? 0, 'SIGKILL')
      const { end, events } = await conversation.end(begun)
      expect(end).toMatchObject({ kind: 'result', outcome: 'error', is_error: true })
      expectPromises(events)
      await expectNothingLeft(begun.session)
      await expectGoesOn(way, conversation, first, `kill ${way} once`)
    }, 'steady')
  })

  it('goes on with the conversation when the console was killed in the middle of a turn', async () => {
    const all = await Promise.all(
      WAYS.map(async (way) => {
        const conversation = await converse(test, way, 'steady')
        const first = await conversation.turn(`restart ${way} once`)
        const begun = await conversation.begin('Now work')
        await running(begun)
        return { way, conversation, first, begun }
      }),
    )
    await test.console.kill()
    await test.console.start()
    await Promise.all(
      all.map(async ({ way, conversation, first, begun }) => {
        const { end, events } = await conversation.end(begun)
        // A TUI dies with the console, and nobody waits for an answer of the pool any more.
        const outcome = way === 'tui' || way === 'pool' ? 'interrupted' : 'success'
        expect(end, way).toMatchObject({ kind: 'result', outcome })
        expectPromises(events)
        await expectGoesOn(way, conversation, first, `restart ${way} once`)
      }),
    )
  })

  async function running({ session, turn }: Begun) {
    const isCall = (event: RecordedEvent) => event.kind === 'approval' && event.state === 'allowed'
    await test.console.waitFor(session, (event) => event.turn_id === turn && isCall(event))
    const isAtWork = ({ command }: { command: string }) => command === 'sleep 1'
    await until(async () => (await processesOf(test.console, session)).some(isAtWork))
  }

  async function expectGoesOn(way: Way, conversation: Conversation, first: Begun, remembered: string) {
    const next = await conversation.turn(`And now, ${remembered}?`)
    expect(next.end, way).toMatchObject({ kind: 'result', outcome: 'success' })
    expectPromises(next.events)
    expectRemembered(`You said: ${remembered}`, `And now, ${remembered}?`)
    // The pool never uses a session again whose turn has failed: another has the history.
    if (way === 'pool') expect(next.session).not.toBe(first.session)
    else {
      const sessions = (await test.console.events(first.session)).filter(({ kind }) => kind === 'session')
      expect(new Set(sessions.map((event) => event.kind === 'session' && event.session_id)).size).toBe(1)
    }
    await expectNothingLeft(next.session)
  }
})

describe('every way of running a CLI that does not run', () => {
  let test: GatewayFixture
  let script: string
  beforeAll(async () => {
    test = await startGatewayFixture(POOL)
    script = join(test.console.data, '..', 'cli')
    writeFileSync(script, '#!/bin/sh\necho "no such option" >&2\nexit 5\n', { mode: 0o755 })
    await test.console.kill('SIGTERM')
    await test.console.start({ BREAKGLASS_CLAUDE: script })
  })
  afterAll(() => test.close())

  const inAllWays = (run: (way: Way, conversation: Conversation) => Promise<void>) =>
    Promise.all(WAYS.map(async (way) => run(way, await converse(test, way, 'plain-text'))))

  it('ends the turn with its last words when it dies at once', async () => {
    await inAllWays(async (way, conversation) => {
      const { end } = await conversation.turn(`Begin ${way}`)
      expect(end, way).toMatchObject({ kind: 'result', outcome: 'error', is_error: true, exit_code: 5 })
      expect(end, way).toMatchObject({ stderr: expect.stringContaining('no such option') })
    })
  })

  it('ends the turn with the reason when it can not be started', async () => {
    rmSync(script)
    await inAllWays(async (way, conversation) => {
      const { end } = await conversation.turn(`Start ${way}`)
      expect(end, way).toMatchObject({ kind: 'error', code: 'cli_not_started', fatal: true })
    })
  })
})

/** The first that the agent says is `session`; one end, and that last. */
function expectPromises(events: readonly RecordedEvent[]) {
  const said = events.filter(({ kind }) => ['session', 'text', 'tool', 'result', 'error'].includes(kind))
  expect(said[0]).toMatchObject({ kind: 'session' })
  expect(said.filter(({ kind }) => kind === 'session')).toHaveLength(1)
  expect(events.filter(isTerminal)).toEqual([events.at(-1)])
}

/** Every call stands in the record with its verdict before its output does. */
function expectJudged(events: readonly RecordedEvent[]) {
  const calls = events.filter((event) => event.kind === 'tool' && event.phase === 'call')
  for (const call of calls) {
    if (call.kind !== 'tool') continue
    const of = events.filter((event) => 'tool_use_id' in event && event.tool_use_id === call.tool_use_id)
    const steps = of.map((event) => (event.kind === 'tool' ? event.phase : event.kind))
    expect(steps).toEqual(['call', 'approval', 'output'])
  }
}

function pidIn(workspace: string, name: string): number {
  try {
    return Number(readFileSync(join(workspace, `${name}.pid`), 'utf8'))
  } catch {
    return 0
  }
}
