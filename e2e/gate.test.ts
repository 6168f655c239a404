// The gate: no answer, no tool. Also when the console dies, and whatever the answer looks like.
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isTerminal } from '../lib/event-checks.ts'
import type { EventBody } from '../lib/events.ts'
import type { ApprovalView } from '../lib/gate-api.ts'
import { followTurn, sendPrompt } from '../server/claude/follow-turn.ts'
import { startClaude } from '../server/claude/process.ts'
import { type ScriptedModel, startScriptedModel } from '../server/drill/scripted-model.ts'
import type { Decision, Question, StopReason, TurnRequest } from '../server/drivers/driver.ts'
import { readEnvironment } from '../server/environment.ts'
import { addAccount } from './support/accounts.ts'
import { ADMIN, ROOT, startTestConsole, type TestConsole, until } from './support/console.ts'
import { endOf, timesRan, turnRow } from './support/trials.ts'

const NOBODY = '00000000-0000-4000-8000-000000000000'

describe('a gate that asks', () => {
  let test: TestConsole
  beforeAll(async () => {
    test = await startTestConsole({ config: 'policy: { default: ask }\nlimits: { warm_processes: 0 }\n' })
  })
  afterAll(() => test.close())

  const pending = async (sessionId: string) => {
    const { data } = await test.request<{ approvals: ApprovalView[] }>('GET', '/api/approvals?state=pending')
    return data.approvals.filter((approval) => approval.session_id === sessionId)
  }
  const question = async (sessionId: string): Promise<ApprovalView> => {
    await until(async () => (await pending(sessionId)).length > 0)
    return (await pending(sessionId))[0] as ApprovalView
  }
  const decide = (id: string, decision: string, reason?: string, headers = {}) =>
    test.request<{ code?: string; state?: string }>(
      'POST',
      `/api/approvals/${id}`,
      { decision, ...(reason ? { reason } : {}) },
      headers,
    )

  it('still asks after the console was killed, and runs the tool once when it is allowed then', async () => {
    const { id, workspace } = await test.openSession('counter')
    const { turn_id } = await test.prompt(id, 'Go')
    const asked = await question(id)
    expect(asked).toMatchObject({ turn_id, tool_name: 'Bash', state: 'pending' })
    expect(asked.input.command).toContain('ran.txt')
    expect((await test.session(id)).status).toBe('needs_you')
    await test.kill()
    expect(timesRan(workspace)).toBe(0)
    await test.start()
    expect(await question(id)).toEqual(asked)
    expect(timesRan(workspace)).toBe(0)

    expect(await decide(asked.id, 'allow')).toMatchObject({ status: 200, data: { state: 'allowed' } })
    expect(await endOf(test, id, turn_id)).toMatchObject({ outcome: 'success' })
    expect(timesRan(workspace)).toBe(1)
    const told = (await test.events(id)).filter((event) => event.kind === 'approval')
    expect(told).toMatchObject([{ state: 'pending' }, { state: 'allowed', operator: 'ana' }])
    expect(await decide(asked.id, 'deny')).toMatchObject({
      status: 409,
      data: { code: 'approval_not_pending' },
    })
  })

  it('tells the model why when a call is denied, and does not run it', async () => {
    const { id, workspace } = await test.openSession('counter')
    const { turn_id } = await test.prompt(id, 'Go')
    const asked = await question(id)
    await decide(asked.id, 'deny', 'Not on this host')
    expect(await endOf(test, id, turn_id)).toMatchObject({ kind: 'result' })
    expect(timesRan(workspace)).toBe(0)
    const output = (await test.events(id)).find((event) => event.kind === 'tool' && event.phase === 'output')
    expect(output).toMatchObject({ is_error: true, tool_use_id: asked.tool_use_id })
    expect(JSON.stringify(output)).toContain('ana refused this call: Not on this host')
  })

  it('expires a question when its turn is stopped', async () => {
    const { id, workspace } = await test.openSession('counter')
    const { turn_id } = await test.prompt(id, 'Go')
    const asked = await question(id)
    await test.request('DELETE', `/api/sessions/${id}/turns/current`)
    expect(await endOf(test, id, turn_id)).toMatchObject({ outcome: 'interrupted' })
    expect(await pending(id)).toEqual([])
    expect(await decide(asked.id, 'allow')).toMatchObject({ status: 409 })
    expect(timesRan(workspace)).toBe(0)
    expect(await test.events(id)).toContainEqual(
      expect.objectContaining({ kind: 'approval', approval_id: asked.id, state: 'expired', turn_id }),
    )
  })

  it('refuses viewers, unknown questions and unknown answers', async () => {
    const { id } = await test.openSession('counter')
    await test.prompt(id, 'Go')
    const asked = await question(id)
    const { token } = await addAccount(test.data, { ...ADMIN, name: 'vera' }, 'viewer')
    const asViewer = { authorization: `Bearer ${token}` }
    expect(await decide(asked.id, 'allow', undefined, asViewer)).toMatchObject({ status: 403 })
    expect(await decide(NOBODY, 'allow')).toMatchObject({ status: 404, data: { code: 'no_such_approval' } })
    expect(await decide(asked.id, 'maybe')).toMatchObject({ status: 400 })
    expect(await question(id)).toEqual(asked)
    await decide(asked.id, 'deny')
  })

  it('asks for the calls of a subagent', async () => {
    const { id } = await test.openSession('subagent')
    const { turn_id } = await test.prompt(id, 'Go')
    const asked: string[] = []
    for (const expected of ['Agent', 'Bash']) {
      const next = await question(id)
      asked.push(next.tool_name)
      expect(next.tool_name).toBe(expected)
      await decide(next.id, 'allow')
    }
    expect(await endOf(test, id, turn_id)).toMatchObject({ outcome: 'success' })
    expect(asked).toEqual(['Agent', 'Bash'])
  })

  it('asks on when a call has written settings that allow everything', async () => {
    const { id, workspace } = await test.openSession('disarms-gate')
    const first = await test.prompt(id, 'Go')
    await decide((await question(id)).id, 'allow')
    const second = await question(id)
    expect(existsSync(join(workspace, '.claude', 'settings.json'))).toBe(true)
    expect(second.input.command).toBe('echo ran >> ran.txt')
    await decide(second.id, 'deny')
    await endOf(test, id, first.turn_id)
    // The next turn's process has started with those settings there.
    const next = await test.prompt(id, 'Again')
    await decide((await question(id)).id, 'deny')
    await endOf(test, id, next.turn_id)
    expect(timesRan(workspace)).toBe(0)
    rmSync(join(test.data, 'claude', 'settings.json'), { force: true })
  })

  it('goes on waiting for an answer when the CLI has been silent for longer than is allowed', async () => {
    await test.kill('SIGTERM')
    await test.start({
      BREAKGLASS_CONFIG: await configured(test, 'policy: { default: ask }\nlimits: { silence_seconds: 6 }\n'),
    })
    const { id, workspace } = await test.openSession('counter')
    const { turn_id } = await test.prompt(id, 'Go')
    const asked = await question(id)
    await sleep(7_500)
    expect(turnRow(test, turn_id).state).toBe('running')
    await decide(asked.id, 'allow')
    expect(await endOf(test, id, turn_id)).toMatchObject({ outcome: 'success' })
    expect(timesRan(workspace)).toBe(1)
  })
})

async function configured(test: TestConsole, yaml: string): Promise<string> {
  const { writeFileSync } = await import('node:fs')
  const path = join(test.data, '..', 'other.yaml')
  writeFileSync(path, yaml)
  return path
}

describe.concurrent('a gate that fails', () => {
  let model: ScriptedModel
  let home: string
  beforeAll(async () => {
    model = await startScriptedModel({ scenarios: join(ROOT, 'e2e', 'scenarios') })
    home = mkdtempSync(join(tmpdir(), 'breakglass-gate-'))
  })
  afterAll(async () => {
    await model.close()
    rmSync(home, { recursive: true, force: true })
  })

  /** Runs one turn of `counter` without a console, with a gate of the test's own. */
  async function turn(
    ask: (
      question: Question,
      stop: AbortController,
      send: (message: object) => Promise<void>,
    ) => Promise<Decision>,
  ) {
    const id = crypto.randomUUID()
    const at = (name: string) => join(home, id, name)
    for (const name of ['workspace', 'tmp', 'claude']) mkdirSync(at(name), { recursive: true })
    const claude = await startClaude(
      {
        claude: join(ROOT, 'node_modules', '.bin', 'claude'),
        workspace: at('workspace'),
        configDirectory: at('claude'),
        temporaryDirectory: at('tmp'),
        cliSessionId: id,
        resume: false,
        access: { baseUrl: model.url, keyFile: null, variables: {}, model: 'drill-counter' },
        agent: { name: 'recovery', description: 'Recovers', prompt: 'Recover.', disallowed_tools: [] },
        toolTimeoutMs: 60_000,
        inherited: { PATH: readEnvironment().inherited.PATH ?? '', HOME: home },
      },
      id,
      at('process'),
    )
    const stop = new AbortController()
    const request: TurnRequest = {
      sessionId: id,
      turnId: crypto.randomUUID(),
      prompt: 'Go',
      launch: () => Promise.reject(new Error('It is started already')),
      temporaryDirectory: at('tmp'),
      outputsDirectory: at('outputs'),
      earlierTurns: 0,
      startedAtMs: Date.now(),
      timeLeftMs: 60_000,
      silenceLimitMs: 60_000,
      adopted: null,
      stop: stop.signal,
      detach: new AbortController().signal,
      ask: (question) => ask(question, stop, claude.send),
      isWaiting: () => true,
      answered() {},
      async processChosen() {},
      promptSent() {},
    }
    const events: EventBody[] = []
    try {
      void sendPrompt(claude, request)
      for await (const batch of followTurn(claude, request)) events.push(...batch.events)
    } finally {
      await claude.end({ graceMs: 0 })
    }
    return { events, end: events.filter(isTerminal), ran: timesRan(at('workspace')) }
  }
  const interrupted: StopReason = { outcome: 'interrupted', by: 'ana' }

  it('runs no tool when it never answers', async () => {
    const { end, ran } = await turn(async (_, stop) => {
      setTimeout(() => stop.abort(interrupted), 1_500)
      return new Promise(() => {})
    })
    expect({ end, ran }).toMatchObject({ end: [{ kind: 'result', outcome: 'interrupted' }], ran: 0 })
  })

  it('runs no tool when it allows it after the stop', async () => {
    const { end, ran } = await turn(async (_, stop) => {
      stop.abort(interrupted)
      return { behavior: 'allow' }
    })
    expect({ end, ran }).toMatchObject({ end: [{ kind: 'result', outcome: 'interrupted' }], ran: 0 })
  })

  it('runs no tool when the allowance reaches the CLI after the interrupt', async () => {
    const { end, ran } = await turn(async ({ request_id, input }, stop, send) => {
      stop.abort(interrupted)
      const response = { behavior: 'allow', updatedInput: input }
      await send({ type: 'control_response', response: { subtype: 'success', request_id, response } })
      return { behavior: 'allow' }
    })
    expect({ end, ran }).toMatchObject({ end: [{ kind: 'result', outcome: 'interrupted' }], ran: 0 })
  })

  it.each([
    ['nothing', {}],
    ['null', null],
    ['a word', 'allow'],
    ['an unknown decision', { behavior: 'maybe' }],
    ['an allowance without the input', { behavior: 'allow' }],
    ['a list', { behavior: ['allow'], updatedInput: {} }],
  ])('runs no tool when the answer is %s', async (_, response) => {
    const { end, ran } = await turn(async ({ request_id }, stop, send) => {
      setTimeout(() => stop.abort(interrupted), 5_000)
      await send({ type: 'control_response', response: { subtype: 'success', request_id, response } })
      return new Promise(() => {})
    })
    expect(ran).toBe(0)
    expect(end).toHaveLength(1)
  })

  it('runs no tool when the answer is to another question, or an error', async () => {
    const { end, ran } = await turn(async ({ request_id, input }, stop, send) => {
      setTimeout(() => stop.abort(interrupted), 3_000)
      const response = { behavior: 'allow', updatedInput: input }
      await send({
        type: 'control_response',
        response: { subtype: 'success', request_id: 'another', response },
      })
      await send({
        type: 'control_response',
        response: { subtype: 'error', request_id, error: 'broken', response },
      })
      return new Promise(() => {})
    })
    expect(ran).toBe(0)
    expect(end).toHaveLength(1)
  })
})
