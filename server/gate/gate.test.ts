// Questions and answers on a real database: one person, two, for a session, in time and too late.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { answerApprovalSchema } from '../../lib/gate-api.ts'
import type { Recorder } from '../recorder.ts'
import type { Tables } from '../tables.ts'
import { createGate, type Gate } from './gate.ts'
import { createGateFixture } from './gate-fixture.ts'
import { createPolicyEngine } from './policy/engine.ts'
import { policySchema } from './policy/policy-file.ts'

const directory = mkdtempSync(join(tmpdir(), 'breakglass-gate-'))
afterAll(() => rmSync(directory, { recursive: true }))

const RULES = [
  {
    ...{ name: 'two', verdict: 'ask_two', axis: 'irreversible', why: 'Two look' },
    match: { act: 'power' },
  },
]
const context = { workspace: '/w', cwd: '/w' }
const ana = { name: 'ana', role: 'operator' as const }
const ben = { name: 'ben', role: 'operator' as const }
const root = { name: 'root', role: 'admin' as const }
const asker = { sessionId: 's', turnId: 't', processId: 'p' }
const TIMEOUT_MS = 60_000

let tables: Tables
let recorder: Recorder
let gate: Gate
let asked = 0

beforeEach(() => {
  ;({ tables, recorder } = createGateFixture(directory))
  gate = startGate()
})

function startGate(): Gate {
  const engine = createPolicyEngine(policySchema.parse({ rules: RULES }))
  return createGate({
    ...{ tables, recorder, timeoutMs: TIMEOUT_MS },
    examine: (_, question) => engine.examine(question, context),
    directoryOf: () => '/w',
  })
}

const bash = (command: string) => call('Bash', { command })
const call = (tool_name: string, input: Record<string, unknown>) => ({
  ...{
    subtype: 'can_use_tool' as const,
    request_id: `r${++asked}`,
    tool_name,
    tool_use_id: `u${asked}`,
    input,
  },
})
type Question = ReturnType<typeof call>

/** @returns the events of the question */
function ask(question: Question, who = asker) {
  const { events, insert } = gate.judge(who, [question])
  return recorder.recordNow({ sessionId: who.sessionId, turnId: who.turnId, events, also: insert })
}
const decide = (id: string, answer: object, by: { name: string; role: 'operator' | 'admin' } = ana) =>
  gate.decide(id, answerApprovalSchema.parse({ decision: 'allow', ...answer }), by)
const refusal = (action: () => unknown) => {
  try {
    return action()
  } catch (error) {
    return (error as { problem: { status: number; code: string; detail: string } }).problem
  }
}
const pendingId = () => gate.list('pending', null)[0]?.id ?? ''
const events = () => tables.events.after('s', 0, 100)

it('gate allows and refuses at once what the policy decides, and says by which rule', async () => {
  const look = bash('ls')
  expect(ask(look)).toMatchObject([
    { kind: 'approval', state: 'allowed', verdict: 'allow', axis: 'reversible', rule: 'looking' },
  ])
  expect(await gate.answer('p', look)).toEqual({ behavior: 'allow' })
  const wipe = bash('rm -rf /')
  expect(ask(wipe)).toMatchObject([{ state: 'denied', verdict: 'never', rule: 'system-wiper' }])
  expect(await gate.answer('p', wipe)).toEqual({
    behavior: 'deny',
    message: 'The policy of this console refuses this call: Without this folder the system does not live',
  })
})

it('gate denies a question that it has not judged', async () => {
  expect(await gate.answer('another', bash('ls'))).toMatchObject({ behavior: 'deny' })
})

it('gate waits for an operator, takes one answer, and has it again after a restart', async () => {
  const question = bash('rm -rf /srv/app')
  ask(question)
  const answer = gate.answer('p', question)
  expect(gate.isWaiting('t')).toBe(true)
  const [approval] = gate.list('pending', 's')
  expect(approval).toMatchObject({
    ...{ tool_name: 'Bash', input: question.input, state: 'pending', kind: 'tool', verdict: 'ask' },
    ...{ axis: 'irreversible', rule: 'deletes', directory: '/w', needed: 1, votes: [], override: false },
    session_scope: 'Exactly this command again',
  })
  expect(gate.list('pending', 'other')).toEqual([])
  const id = approval?.id ?? ''
  expect(decide(id, { decision: 'deny', reason: 'Not now' })).toMatchObject({
    state: 'denied',
    operator: 'ana',
  })
  expect(await answer).toEqual({ behavior: 'deny', message: 'ana refused this call: Not now' })
  expect(refusal(() => decide(id, {}, ben))).toMatchObject({
    ...{ status: 409, code: 'approval_not_pending', operator: 'ana', state: 'denied' },
    detail: expect.stringMatching(/^ana has denied it at /),
  })
  expect(refusal(() => decide('nothing', {}))).toMatchObject({ status: 404, code: 'no_such_approval' })

  gate = startGate()
  expect(gate.undelivered('p')).toEqual([question])
  expect(await gate.answer('p', question)).toMatchObject({ behavior: 'deny' })
  gate.delivered('p', question.request_id)
  expect(gate.undelivered('p')).toEqual([])
})

it.each(['expire', 'withdraw'] as const)('gate never allows what it has to %s', async (how) => {
  const question = bash('rm -rf /srv/app')
  ask(question)
  const answer = gate.answer('p', question)
  const ids = [question.request_id, 'unknown']
  const { events, update } = how === 'expire' ? gate.expire('t') : gate.withdraw('p', ids)
  recorder.recordNow({ sessionId: 's', turnId: 't', events, also: update })
  expect(await answer).toMatchObject({ behavior: 'deny' })
  expect(events).toMatchObject([{ kind: 'approval', state: 'expired' }])
  expect(gate.isWaiting('t')).toBe(false)
  expect(gate.withdraw('p', ids).events).toEqual([])
})

it('expireOverdue() denies what nobody has answered in time, also after a restart', async () => {
  const question = bash('rm -rf /srv/app')
  ask(question)
  const id = pendingId()
  gate = startGate()
  const answer = gate.answer('p', question)
  gate.expireOverdue(new Date(Date.now() + TIMEOUT_MS - 1_000).toISOString())
  expect(gate.isWaiting('t')).toBe(true)
  gate.expireOverdue(new Date(Date.now() + TIMEOUT_MS).toISOString())
  expect(await answer).toEqual({ behavior: 'deny', message: 'Nobody answered within 60 s' })
  expect(events().at(-1)).toMatchObject({
    approval_id: id,
    state: 'expired',
    reason: 'Nobody answered within 60 s',
  })
  expect(refusal(() => decide(id, {}))).toMatchObject({
    ...{ status: 409, code: 'approval_not_pending' },
    detail: expect.stringContaining('Nobody answered within 60 s'),
  })
})

describe('what two people have to allow', () => {
  it('runs after the answers of two, and the first is told', async () => {
    const question = bash('reboot')
    expect(ask(question)).toMatchObject([{ state: 'pending', verdict: 'ask_two', needed: 2, rule: 'two' }])
    const answer = gate.answer('p', question)
    const id = pendingId()
    expect(decide(id, {})).toMatchObject({
      state: 'pending',
      votes: [{ operator: 'ana', decision: 'allow' }],
    })
    expect(events().at(-1)).toMatchObject({ state: 'pending', needed: 2, votes: [{ operator: 'ana' }] })
    expect(refusal(() => decide(id, {}))).toMatchObject({ status: 409, code: 'already_voted' })
    expect(refusal(() => decide(id, { scope: 'session' }, ben))).toMatchObject({ code: 'no_session_scope' })
    expect(gate.isWaiting('t')).toBe(true)
    expect(decide(id, {}, ben)).toMatchObject({ state: 'allowed', operator: 'ben' })
    expect(await answer).toEqual({ behavior: 'allow' })
    expect(events().at(-1)).toMatchObject({
      ...{ state: 'allowed', operator: 'ben' },
      votes: [{ operator: 'ana' }, { operator: 'ben' }],
    })
  })

  it('is denied by one, also by who has allowed it before', () => {
    ask(bash('reboot'))
    const id = pendingId()
    decide(id, {})
    expect(decide(id, { decision: 'deny', reason: 'I was wrong' })).toMatchObject({
      ...{ state: 'denied', operator: 'ana' },
      votes: [{ operator: 'ana', decision: 'deny' }],
    })
  })

  it('is allowed by an admin alone with a reason, and marked', () => {
    ask(bash('reboot'))
    const id = pendingId()
    const override = { override: true, reason: 'Nobody else is awake' }
    expect(answerApprovalSchema.safeParse({ decision: 'allow', override: true }).success).toBe(false)
    expect(refusal(() => decide(id, override))).toMatchObject({ status: 403, code: 'admin_only' })
    expect(decide(id, override, root)).toMatchObject({ state: 'allowed', override: true })
    expect(events().at(-1)).toMatchObject({
      ...{ state: 'allowed', operator: 'root', override: true, reason: 'Nobody else is awake' },
    })
    ask(bash('rm -rf /srv/app'))
    expect(refusal(() => decide(pendingId(), override, root))).toMatchObject({ code: 'nothing_to_override' })
  })
})

describe('what is allowed for a session', () => {
  it('lets the same call through until it is taken back, and names the approval', () => {
    ask(bash('systemctl stop nginx'))
    const id = pendingId()
    expect(decide(id, { scope: 'session', reason: 'It comes back' })).toMatchObject({ scope: 'session' })
    expect(ask(call('Bash', { command: 'systemctl stop nginx', description: 'Again' }))).toMatchObject([
      { state: 'allowed', operator: 'ana', grant: id, reason: 'It comes back', rule: 'service-stop' },
    ])
    expect(tables.grants.ofSession('s')).toMatchObject([{ approval_id: id, used: 1, operator: 'ana' }])
    for (const command of ['systemctl stop nginx; ls', 'systemctl stop sshd', 'systemctl  stop nginx'])
      expect(ask(bash(command))).toMatchObject([{ state: 'pending' }])
    expect(ask(bash('systemctl stop nginx'), { ...asker, sessionId: 'other' })).toMatchObject([
      { state: 'pending' },
    ])
    expect(gate.revoke(id, 'ben')).toMatchObject({ id, used: 1, revoked_by: 'ben' })
    expect(events().at(-1)).toMatchObject({ kind: 'control', action: 'grant_revoked', operator: 'ben' })
    expect(ask(bash('systemctl stop nginx'))).toMatchObject([{ state: 'pending' }])
    expect(refusal(() => gate.revoke(id, 'ana'))).toMatchObject({ status: 409, code: 'grant_not_open' })
    expect(refusal(() => gate.revoke(pendingId(), 'ana'))).toMatchObject({
      status: 404,
      code: 'no_such_grant',
    })
  })

  it('may be one file, whatever is written into it, where that can be taken back', () => {
    const edit = (file_path: string, new_string: string) =>
      call('Edit', { file_path, old_string: 'a', new_string })
    ask(edit('/etc/sudoers', 'b'))
    const [approval] = gate.list('pending', 's')
    expect(approval?.session_scope).toBe('Edit of /etc/sudoers, whatever it writes')
    decide(approval?.id ?? '', { scope: 'session' })
    expect(ask(edit('/etc/sudoers', 'c'))).toMatchObject([{ state: 'allowed', grant: approval?.id }])
    expect(ask(edit('/etc/passwd', 'c'))).toMatchObject([{ state: 'pending' }])
    expect(ask(call('Write', { file_path: '/etc/sudoers', content: 'x' }))).toMatchObject([
      { state: 'pending' },
    ])
  })

  it.each(['./fix.sh', 'python3 fix.py', 'frobnicate --all', 'echo "unclosed'])(
    'is never %s, which may do something else the next time',
    (command) => {
      ask(bash(command))
      expect(gate.list('pending', 's')).toMatchObject([{ session_scope: null }])
      expect(refusal(() => decide(pendingId(), { scope: 'session' }))).toMatchObject({
        ...{ status: 409, code: 'no_session_scope' },
      })
    },
  )
})

describe('what the agent asks its operator', () => {
  const questions = [
    { question: 'Which host?', options: [{ label: 'a' }, { label: 'b' }] },
    { question: 'When?' },
  ]

  it('is answered with an answer to each question', async () => {
    const question = call('AskUserQuestion', { questions })
    ask(question)
    const answer = gate.answer('p', question)
    expect(gate.list('pending', 's')).toMatchObject([{ kind: 'question', session_scope: null }])
    const answers = { 'Which host?': 'a' }
    expect(refusal(() => decide(pendingId(), { answers }))).toMatchObject({
      ...{ status: 400, code: 'answers_needed', missing: ['When?'] },
    })
    expect(decide(pendingId(), { answers: { ...answers, 'When?': 'Now' } })).toMatchObject({
      state: 'allowed',
    })
    expect(await answer).toEqual({ behavior: 'allow', answers: { 'Which host?': 'a', 'When?': 'Now' } })
  })

  it('takes no answers where nothing was asked, and a plan is agreed to', () => {
    ask(call('ExitPlanMode', { plan: 'First look' }))
    expect(gate.list('pending', 's')).toMatchObject([{ kind: 'plan' }])
    expect(refusal(() => decide(pendingId(), { answers: { x: 'y' } }))).toMatchObject({
      code: 'no_answers_wanted',
    })
    expect(decide(pendingId(), {})).toMatchObject({ state: 'allowed' })
  })
})
