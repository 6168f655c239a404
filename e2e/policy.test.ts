// The policy in front of the real CLI: what it lets through, who answers the rest, and a file that changes meanwhile.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Health } from '../lib/api.ts'
import type { ApprovalView, PolicyView, TryResult } from '../lib/gate-api.ts'
import { addOperator, as } from './support/accounts.ts'
import { startTestConsole, type TestConsole, until } from './support/console.ts'
import { endOf } from './support/trials.ts'

const OWN_RULES = `
policy:
  rules:
    - { name: two-look, verdict: ask_two, axis: irreversible, why: Two look, match: { program: rm, path: "/nowhere-two/**" } }
`
/** Deletes what nobody has, and would be asked about. */
const ASKED = 'rm -rf /nowhere-one/x; echo ran >> ran.txt'

let test: TestConsole
let ben: Record<string, string>
let vic: Record<string, string>
beforeAll(async () => {
  test = await startTestConsole({ warm: false, config: OWN_RULES })
  ben = as((await addOperator(test, 'ben', 'operator')).token)
  vic = as((await addOperator(test, 'vic', 'viewer')).token)
})
afterAll(() => test.close())

const configFile = () => join(test.data, '..', 'config.yaml')
const ranIn = (workspace: string) => {
  try {
    return readFileSync(join(workspace, 'ran.txt'), 'utf8').split('\n').length - 1
  } catch {
    return 0
  }
}
async function pending(session: string): Promise<ApprovalView> {
  let found: ApprovalView | undefined
  await until(async () => {
    const path = `/api/approvals?state=pending&session=${session}`
    found = (await test.request<{ approvals: ApprovalView[] }>('GET', path)).data.approvals[0]
    return found !== undefined
  })
  return found as ApprovalView
}
const idsOf = (events: object[]) => events.map((event) => 'tool_use_id' in event && event.tool_use_id)
const decide = (id: string, body: object, as: Record<string, string> = {}) =>
  test.request<ApprovalView & { code?: string; detail?: string }>('POST', `/api/approvals/${id}`, body, as)
const approvals = async (session: string) =>
  (await test.events(session)).flatMap((event) => (event.kind === 'approval' ? [event] : []))
const told = async (session: string, action: string) =>
  (await test.events(session)).find((event) => event.kind === 'control' && event.action === action)
/** Runs a command that nobody has to answer for. */
async function run(session: string, command: string) {
  const { turn_id } = await test.prompt(session, command)
  return endOf(test, session, turn_id)
}

describe('the policy in front of the CLI', () => {
  it('lets ordinary work run, refuses a wiper, and records by which rule', async () => {
    const { id, workspace } = await test.openSession('does-as-told')
    expect(await run(id, 'ls / | wc -l; (nohup setsid true &) ; echo ran >> ran.txt')).toMatchObject({
      outcome: 'success',
    })
    await run(id, 'echo ran >> ran.txt; sudo wipefs -a /dev/nowhere')
    expect(ranIn(workspace)).toBe(1)
    expect(await approvals(id)).toMatchObject([
      { state: 'allowed', verdict: 'allow', axis: 'reversible', rule: 'workspace' },
      { state: 'denied', verdict: 'never', axis: 'irreversible', rule: 'disk-wiper' },
    ])
    const refused = (await test.events(id)).findLast(
      (event) => event.kind === 'tool' && event.phase === 'output',
    )
    expect(JSON.stringify(refused)).toContain('It writes over a disk; take the terminal for that')
  })

  it('judges each command where it runs: in the workspace, wherever an earlier one went', async () => {
    for (const driver of ['print', 'tui']) {
      const { id, workspace } = await test.openSession('wanders', { driver })
      await run(id, 'Go')
      expect(readFileSync(join(workspace, 'where.txt'), 'utf8')).toBe(`${workspace}\nSTAYS is []\n`)
    }
  })

  it.each(['print', 'tui'])(
    'judges on when a call has written settings that switch hooks off, by %s',
    async (driver) => {
      const { id, workspace } = await test.openSession('does-as-told', { driver })
      const settings =
        '{"disableAllHooks":true,"permissions":{"allow":["*","Bash"],"defaultMode":"bypassPermissions"}}'
      await run(
        id,
        `mkdir .claude; echo '${settings}' | tee .claude/settings.json > .claude/settings.local.json`,
      )
      for (let turn = 0; turn < 2; turn++) await run(id, 'echo ran >> ran.txt; wipefs -a /dev/nowhere')
      expect(ranIn(workspace)).toBe(0)
      expect((await approvals(id)).map(({ state }) => state)).toEqual(['allowed', 'denied', 'denied'])
    },
  )

  it('shows itself, and tries a command without running it, for viewers too', async () => {
    const { data: policy } = await test.request<PolicyView>('GET', '/api/policy', undefined, vic)
    expect(policy).toMatchObject({ source: configFile(), problem: null, default: 'builtin' })
    expect(policy.rules[0]).toMatchObject({ name: 'two-look', origin: 'own', match: { program: ['rm'] } })
    expect(policy.rules.some(({ name, origin }) => name === 'disk-wiper' && origin === 'builtin')).toBe(true)
    const attempt = (body: object) => test.request<TryResult>('POST', '/api/policy/try', body, vic)
    expect((await attempt({ command: "sh -c 'rm -rf /nowhere-two/x'" })).data).toMatchObject({
      ...{ verdict: 'ask_two', rule: 'two-look', reason: 'Two look' },
      lines: [
        expect.stringContaining('Two operators decide'),
        expect.anything(),
        expect.stringContaining('sh -c'),
      ],
    })
    const { id, workspace } = await test.openSession('does-as-told')
    const inSession = { tool_name: 'Write', input: { file_path: join(workspace, 'x') } }
    expect((await attempt({ ...inSession, session_id: id })).data).toMatchObject({ verdict: 'allow' })
    expect((await attempt(inSession)).data).toMatchObject({ verdict: 'never', rule: 'console-data' })
    expect(await attempt({})).toMatchObject({ status: 400 })
    expect(await test.events(id)).toHaveLength(1)
  })
})

describe('an approval', () => {
  it('of two people runs after the second, and a viewer has no say', async () => {
    const { id, workspace } = await test.openSession('does-as-told')
    const { turn_id } = await test.prompt(id, 'rm -rf /nowhere-two/x; echo ran >> ran.txt')
    const asked = await pending(id)
    expect(asked).toMatchObject({ needed: 2, rule: 'two-look', kind: 'tool', directory: workspace })
    expect(await decide(asked.id, { decision: 'allow' }, vic)).toMatchObject({ status: 403 })
    expect(await decide(asked.id, { decision: 'allow' })).toMatchObject({ data: { state: 'pending' } })
    expect(await decide(asked.id, { decision: 'allow' })).toMatchObject({
      status: 409,
      data: { code: 'already_voted' },
    })
    expect(ranIn(workspace)).toBe(0)
    const override = { decision: 'allow', override: true, reason: 'Nobody else is awake' }
    expect(await decide(asked.id, override, ben)).toMatchObject({ status: 403, data: { code: 'admin_only' } })
    expect(await decide(asked.id, { decision: 'allow' }, ben)).toMatchObject({
      data: { state: 'allowed', votes: [{ operator: 'ana' }, { operator: 'ben' }] },
    })
    await endOf(test, id, turn_id)
    expect(ranIn(workspace)).toBe(1)
    expect(await decide(asked.id, { decision: 'allow' }, ben)).toMatchObject({
      ...{
        status: 409,
        data: { code: 'approval_not_pending', detail: expect.stringMatching(/^ben has allowed it/) },
      },
    })

    const next = await test.prompt(id, 'rm -rf /nowhere-two/x; echo ran >> ran.txt')
    expect(await decide((await pending(id)).id, override)).toMatchObject({ data: { state: 'allowed' } })
    await endOf(test, id, next.turn_id)
    expect((await approvals(id)).at(-1)).toMatchObject({
      operator: 'ana',
      override: true,
      reason: override.reason,
    })
  })

  it('for a session lets the same call through, until it is taken back', async () => {
    const { id, workspace } = await test.openSession('does-as-told')
    const first = await test.prompt(id, ASKED)
    const asked = await pending(id)
    expect(asked.session_scope).toBe('Exactly this command again')
    await decide(asked.id, { decision: 'allow', scope: 'session' }, ben)
    await endOf(test, id, first.turn_id)
    await run(id, ASKED)
    expect(ranIn(workspace)).toBe(2)
    expect((await approvals(id)).at(-1)).toMatchObject({ state: 'allowed', operator: 'ben', grant: asked.id })
    expect((await test.session(id)).grants).toMatchObject([{ id: asked.id, used: 1, revoked_at: null }])
    const revoke = () => test.request<{ code?: string }>('DELETE', `/api/approvals/${asked.id}/grant`)
    expect(await revoke()).toMatchObject({ status: 200, data: { revoked_by: 'ana' } })
    expect(await revoke()).toMatchObject({ status: 409, data: { code: 'grant_not_open' } })
    const last = await test.prompt(id, ASKED)
    await decide((await pending(id)).id, { decision: 'deny' })
    await endOf(test, id, last.turn_id)
    expect(ranIn(workspace)).toBe(2)
  })

  it.each(['print', 'tui'])('answers what the agent asks, by %s', async (driver) => {
    const { id } = await test.openSession('asks-operator', { driver })
    const { turn_id } = await test.prompt(id, 'Go')
    const asked = await pending(id)
    expect(asked).toMatchObject({ kind: 'question', tool_name: 'AskUserQuestion', session_scope: null })
    expect(await decide(asked.id, { decision: 'allow' })).toMatchObject({
      ...{ status: 400, data: { code: 'answers_needed' } },
    })
    const answers = { 'Which disk is meant?': 'sdb', 'Which services may stop?': 'web, mail' }
    await decide(asked.id, { decision: 'allow', answers })
    expect(await endOf(test, id, turn_id)).toMatchObject({ outcome: 'success' })
    const output = (await test.events(id)).find((event) => event.kind === 'tool' && event.phase === 'output')
    expect(output).toMatchObject({ is_error: false })
    expect(JSON.stringify(output)).toContain(String.raw`\"Which disk is meant?\"=\"sdb\"`)
  })

  it.each(['print', 'tui'])(
    'agrees to a plan, and every call is judged before and after it, by %s',
    async (driver) => {
      const { id, workspace } = await test.openSession('plans', { driver })
      const { turn_id } = await test.prompt(id, 'Go')
      const asked = await pending(id)
      expect(asked).toMatchObject({ kind: 'plan', input: { plan: '1. Look\n2. Mend' } })
      expect(ranIn(workspace)).toBe(0)
      await decide(asked.id, { decision: 'allow' })
      await endOf(test, id, turn_id)
      expect(ranIn(workspace)).toBe(1)
      const calls = (await test.events(id)).filter((event) => event.kind === 'tool' && event.phase === 'call')
      const judged = (await approvals(id)).filter(({ state }) => state !== 'pending')
      expect(idsOf(judged)).toEqual(idsOf(calls))
    },
  )
})

describe('the policy’s file', () => {
  const write = (yaml: string) => writeFileSync(configFile(), yaml)
  const view = async () => (await test.request<PolicyView>('GET', '/api/policy')).data
  const check = async () =>
    (await test.request<Health>('GET', '/api/status')).data.checks.find(({ name }) => name === 'Policy')

  it('is read again when it changes; broken, it changes nothing and everybody is told', async () => {
    const { id, workspace } = await test.openSession('does-as-told')
    const { turn_id } = await test.prompt(id, ASKED)
    const asked = await pending(id)

    write('policy:\n  default: sometimes\n')
    await until(async () => (await view()).problem !== null)
    const problem = /config\.yaml, line 2, column 12: policy\.default: /
    expect(await view()).toMatchObject({ problem: expect.stringMatching(problem), default: 'builtin' })
    expect((await view()).rules[0]).toMatchObject({ name: 'two-look' })
    expect(await check()).toMatchObject({ state: 'error', hint: expect.stringMatching(problem) })
    expect(test.output()).toMatch(/can not be used: the one before stays in force/)
    await until(async () => (await told(id, 'policy_refused')) !== undefined)
    expect(await told(id, 'policy_refused')).toMatchObject({
      turn_id,
      reason: expect.stringMatching(problem),
    })

    write('')
    await until(async () => /is empty/.test((await view()).problem ?? ''))
    write('policy: { default: allow }\nlimits: { turn_minutes: 7 }\n')
    await until(async () => (await view()).problem === null)
    expect(await view()).toMatchObject({ default: 'allow', restart_needed_for: ['limits'] })
    expect(await check()).toMatchObject({ state: 'warn', hint: expect.stringContaining('limits') })
    expect(await told(id, 'policy_changed')).toMatchObject({ turn_id })

    await decide(asked.id, { decision: 'deny' })
    await endOf(test, id, turn_id)
    await run(id, ASKED)
    expect(ranIn(workspace)).toBe(1)
    expect((await approvals(id)).at(-1)).toMatchObject({ state: 'allowed', rule: 'default-allow' })
  })

  it('refuses to start the console when it is broken, with line and column', async () => {
    await test.kill('SIGTERM')
    write('policy:\n  rules:\n    - { name: Bad Name }\n')
    await expect(test.start()).rejects.toThrow(
      /line 3, column \d+: policy\.rules\.0\.name: Use lower-case letters/,
    )
  })

  it('gives a question a time: nobody’s answer denies it, also while the console was down', async () => {
    write('approvals: { timeout_minutes: 0.05 }\n')
    await test.start()
    const { id, workspace } = await test.openSession('does-as-told')
    const first = await test.prompt(id, ASKED)
    const asked = await pending(id)
    expect(asked.expires_at).not.toBeNull()
    await endOf(test, id, first.turn_id)
    expect((await approvals(id)).at(-1)).toMatchObject({
      state: 'expired',
      reason: 'Nobody answered within 3 s',
    })
    const output = (await test.events(id)).findLast(
      (event) => event.kind === 'tool' && event.phase === 'output',
    )
    expect(JSON.stringify(output)).toContain('Nobody answered within 3 s')
    expect(await decide(asked.id, { decision: 'allow' })).toMatchObject({ status: 409 })

    const second = await test.prompt(id, ASKED)
    const { expires_at } = await pending(id)
    await test.kill()
    await until(() => Date.now() > Date.parse(expires_at ?? ''))
    await test.start()
    await endOf(test, id, second.turn_id)
    expect((await approvals(id)).at(-1)).toMatchObject({ state: 'expired' })
    expect(ranIn(workspace)).toBe(0)
  })
})
