// Verbs: real commands without a model, confirmed on evidence, recorded, ended with all that they started.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BodyOf, RecordedEvent } from '../lib/events.ts'
import type { Runbooks, StartedVerb } from '../lib/verbs-api.ts'
import { findFamily } from '../server/claude/process-table.ts'
import { addOperator, as } from './support/accounts.ts'
import { readStream, startTestConsole, type TestConsole, until } from './support/console.ts'

const CONFIG = `
verbs:
  - { name: say, title: Say it, axis: reversible, argv: [printf, "<%s>", "{words}"], blanks: { words: { pattern: ".+" } } }
  - { name: wait, title: Wait, axis: reversible, argv: [sh, -c, "echo waiting; (setsid sleep 300 &) ; sleep 301"] }
  - { name: hurry, title: Hurry, argv: [sleep, "60"], timeout_seconds: 1 }
  - { name: fail, title: Fail, argv: [sh, -c, "echo broken >&2; exit 3"] }
  - { name: much, title: Much, argv: [seq, "1", "20000"] }
  - { name: where, title: Where, argv: [sh, -c, "pwd; env"] }
  - { name: missing, title: Missing, argv: [no-such-program] }
  - { name: ask, title: Ask, argv: [touch, asked], confirm: Make the file? }
  - name: repair
    title: Repair
    axis: irreversible
    host: here
    argv: [cp, state.txt, "{copy}"]
    evidence: [cat, state.txt]
    confirm: Copy what was shown?
    blanks: { copy: { default: copy.txt } }
  - { name: admins, title: Admins, argv: ["true"], role: admin }
limits: { warm_processes: 0 }
`
type VerbEvent = RecordedEvent & BodyOf<'verb'>

describe('verbs', () => {
  let test: TestConsole
  let asOperator: Record<string, string>
  let asViewer: Record<string, string>
  beforeAll(async () => {
    // There is no CLI: verbs do not need one.
    test = await startTestConsole({ config: CONFIG, env: { BREAKGLASS_CLAUDE: '/nowhere/claude' } })
    asOperator = as((await addOperator(test, 'otto', 'operator')).token)
    asViewer = as((await addOperator(test, 'vera', 'viewer')).token)
  })
  afterAll(() => test.close())

  const run = (id: string, name: string, more: object = {}, headers = {}) =>
    test.request<StartedVerb & { code: string; detail: string; fields: Record<string, string> }>(
      'POST',
      `/api/sessions/${id}/verbs`,
      { name, ...more },
      headers,
    )
  const verbEvents = async (id: string, runId: string) =>
    (await test.events(id)).filter(
      (event): event is VerbEvent => event.kind === 'verb' && event.run_id === runId,
    )
  const phase = async (id: string, runId: string, wanted: string) => {
    const fits = (event: RecordedEvent) =>
      event.kind === 'verb' && event.run_id === runId && event.phase === wanted
    return (await test.waitFor(id, fits)) as VerbEvent
  }
  const runToEnd = async (id: string, name: string, more: object = {}) => {
    const { status, data } = await run(id, name, more)
    expect({ status, data }).toMatchObject({ status: 202, data: { state: 'running' } })
    return phase(id, data.verb_run_id, 'ended')
  }

  it('run without a CLI and without a shell, and are recorded with argv, output, exit code', async () => {
    const { id } = await test.openSession()
    const end = await runToEnd(id, 'say', { blanks: { words: "$(id) ; 'x' *" } })
    expect(end).toMatchObject({
      outcome: 'success',
      output: "<$(id) ; 'x' *>",
      exit_code: 0,
      operator: 'ana',
    })
    const [started] = await verbEvents(id, end.run_id)
    expect(started).toMatchObject({
      phase: 'started',
      argv: ['printf', '<%s>', "$(id) ; 'x' *"],
      title: 'Say it',
    })
    expect(await runToEnd(id, 'fail')).toMatchObject({ outcome: 'failed', exit_code: 3, output: 'broken\n' })
  })

  it('have the workspace, an environment from the allow-list and nothing of the console’s', async () => {
    const { id, workspace } = await test.openSession()
    const { output = '', run_id } = await runToEnd(id, 'where')
    expect(output.split('\n')[0]).toBe(workspace)
    expect(output).toContain(`BREAKGLASS_PROCESS_ID=${run_id}`)
    expect(output).not.toMatch(/ANTHROPIC|BREAKGLASS_(DATA_DIR|CONFIG|PORT)/)
  })

  it('refuse blanks that smuggle options or do not fit, and blanks they do not have', async () => {
    const { id } = await test.openSession()
    for (const blanks of [{ words: '--help' }, {}, { words: 'a\nb' }, { words: 'a', more: 'b' }])
      expect(await run(id, 'say', { blanks })).toMatchObject({ status: 400, data: { code: 'invalid_input' } })
    expect(await run(id, 'nothing')).toMatchObject({ status: 404, data: { code: 'no_such_verb' } })
    expect(await run(id, 'missing')).toMatchObject({
      status: 409,
      data: { code: 'verb_unavailable', detail: expect.stringContaining('no program no-such-program') },
    })
    expect((await test.events(id)).some((event) => event.kind === 'verb')).toBe(false)
  })

  it('are refused to viewers, admins’ ones to operators, and all of them in a closed session', async () => {
    const { id } = await test.openSession()
    expect(await run(id, 'fail', {}, asViewer)).toMatchObject({ status: 403, data: { code: 'role_too_low' } })
    expect(await run(id, 'admins', {}, asOperator)).toMatchObject({
      status: 403,
      data: { code: 'role_too_low' },
    })
    expect(await run(id, 'admins')).toMatchObject({ status: 202 })
    expect(await run(id, 'fail', {}, asOperator)).toMatchObject({ status: 202 })
    const { data } = await test.request<Runbooks>('GET', '/api/runbooks', undefined, asViewer)
    expect(data.verbs.every((verb) => !verb.allowed)).toBe(true)
    await test.request('POST', `/api/sessions/${id}/close`, { outcome: 'resolved' })
    expect(await run(id, 'fail')).toMatchObject({ status: 409, data: { code: 'session_closed' } })
  })

  it('show their output live and end with their tree when they are stopped', async () => {
    const { id } = await test.openSession()
    const after = (await test.session(id)).head_seq
    const progress = () =>
      readStream(
        test,
        `/api/sessions/${id}/events?after=${after}`,
        (event) => event.kind === 'verb' && event.phase === 'output',
      )
    const streamed = progress()
    const { data } = await run(id, 'wait')
    const live = (await streamed).at(-1)
    expect(live).toMatchObject({ kind: 'verb', run_id: data.verb_run_id, data: 'waiting\n' })
    expect(live).not.toHaveProperty('seq')
    // Who comes later gets what it has written so far.
    expect((await progress()).at(-1)).toMatchObject({
      run_id: data.verb_run_id,
      data: 'waiting\n',
      tail: true,
    })
    expect((await findFamily(null, data.verb_run_id)).length).toBeGreaterThanOrEqual(2)
    const stop = (headers = {}) =>
      test.request('DELETE', `/api/sessions/${id}/verbs/${data.verb_run_id}`, undefined, headers)
    expect(await stop(asViewer)).toMatchObject({ status: 403 })
    expect(await stop(asOperator)).toMatchObject({ status: 202 })
    expect(await phase(id, data.verb_run_id, 'ended')).toMatchObject({ outcome: 'stopped', operator: 'otto' })
    expect(await findFamily(null, data.verb_run_id)).toEqual([])
    expect(await stop()).toMatchObject({ status: 404, data: { code: 'no_such_verb_run' } })
  })

  it('end at their time-out and with their session', async () => {
    const { id } = await test.openSession()
    expect(await runToEnd(id, 'hurry')).toMatchObject({
      outcome: 'timeout',
      reason: 'It ran longer than 1 s',
    })
    const { data } = await run(id, 'wait')
    await test.request('POST', `/api/sessions/${id}/close`, { outcome: 'abandoned' })
    expect(await phase(id, data.verb_run_id, 'ended')).toMatchObject({
      ...{ outcome: 'stopped', reason: 'The session was closed' },
    })
    expect(await findFamily(null, data.verb_run_id)).toEqual([])
  })

  it('keep the whole of a large output beside the record', async () => {
    const { id } = await test.openSession()
    const end = await runToEnd(id, 'much')
    expect(end).toMatchObject({ truncated: true, output_bytes: 108_894 })
    const whole = await fetch(`${test.url}/api/sessions/${id}/outputs/${end.output_id}`, {
      headers: { authorization: `Bearer ${test.token}` },
    })
    expect((await whole.text()).split('\n')).toHaveLength(20_001)
  })

  it('show their evidence and run only when it is confirmed', async () => {
    const { id, workspace } = await test.openSession()
    writeFileSync(join(workspace, 'state.txt'), 'as it is\n')
    // A confirmation of nothing that was shown starts nothing.
    expect(await run(id, 'repair', { confirmed: true })).toMatchObject({
      ...{ status: 409, data: { code: 'not_awaiting_confirmation' } },
    })
    const { data } = await run(id, 'repair')
    expect(data.state).toBe('awaiting_confirmation')
    expect(await phase(id, data.verb_run_id, 'awaiting')).toMatchObject({
      output: 'as it is\n',
      exit_code: 0,
    })
    expect(await verbEvents(id, data.verb_run_id)).toMatchObject([
      {
        ...{ phase: 'evidence', argv: ['cat', 'state.txt'], confirm: 'Copy what was shown?', host: 'here' },
        ...{ intends: ['cp', 'state.txt', 'copy.txt'], axis: 'irreversible' },
      },
      { phase: 'awaiting' },
    ])
    expect(existsSync(join(workspace, 'copy.txt'))).toBe(false)
    // Another blank is another verb.
    expect(await run(id, 'repair', { confirmed: true, blanks: { copy: 'other.txt' } })).toMatchObject({
      status: 409,
    })
    expect(await run(id, 'repair', { confirmed: true }, asViewer)).toMatchObject({ status: 403 })
    expect(await run(id, 'repair', { confirmed: true }, asOperator)).toMatchObject({
      ...{ status: 202, data: { verb_run_id: data.verb_run_id, state: 'running' } },
    })
    expect(await phase(id, data.verb_run_id, 'ended')).toMatchObject({ outcome: 'success', operator: 'otto' })
    expect(readFileSync(join(workspace, 'copy.txt'), 'utf8')).toBe('as it is\n')
    const again = await test.request('POST', `/api/sessions/${id}/verbs/${data.verb_run_id}`)
    expect(again).toMatchObject({ status: 409, data: { code: 'not_awaiting_confirmation' } })
  })

  it('that ask are run at once when they are confirmed beforehand, and not at all when they are cancelled', async () => {
    const { id, workspace } = await test.openSession()
    const first = await run(id, 'ask')
    expect(first.data.state).toBe('awaiting_confirmation')
    await test.request('DELETE', `/api/sessions/${id}/verbs/${first.data.verb_run_id}`)
    expect(await phase(id, first.data.verb_run_id, 'ended')).toMatchObject({ outcome: 'cancelled' })
    expect(existsSync(join(workspace, 'asked'))).toBe(false)
    const { run_id } = await runToEnd(id, 'ask', { confirmed: true })
    expect((await verbEvents(id, run_id)).map((event) => event.phase)).toEqual(['started', 'ended'])
    expect(existsSync(join(workspace, 'asked'))).toBe(true)
  })

  it('run once for one Idempotency-Key, asked for or confirmed, also when the console was killed between', async () => {
    const { id, workspace } = await test.openSession()
    writeFileSync(join(workspace, 'state.txt'), 'as it is\n')
    const key = (words: string) => ({ 'idempotency-key': words })
    const asked = await run(id, 'repair', {}, key('ask'))
    expect(await run(id, 'repair', {}, key('ask'))).toEqual(asked)
    expect(await run(id, 'fail', {}, key('ask'))).toMatchObject({
      ...{ status: 422, data: { code: 'idempotency_key_reused', verb_run_id: asked.data.verb_run_id } },
    })
    expect(await run(id, 'fail', {}, key('no key'))).toMatchObject({ status: 400 })
    await phase(id, asked.data.verb_run_id, 'awaiting')
    const confirmed = await run(id, 'repair', { confirmed: true }, key('confirm'))
    expect(confirmed).toMatchObject({ status: 202, data: { ...asked.data, state: 'running' } })
    await phase(id, asked.data.verb_run_id, 'ended')
    expect(await run(id, 'repair', { confirmed: true }, key('confirm'))).toEqual(confirmed)

    const once = await run(id, 'ask', { confirmed: true }, key('once'))
    await phase(id, once.data.verb_run_id, 'ended')
    await test.kill()
    await test.start()
    expect(await run(id, 'ask', { confirmed: true }, key('once'))).toEqual(once)
    const ids = (await test.events(id)).flatMap((event) => (event.kind === 'verb' ? [event.run_id] : []))
    expect(new Set(ids).size).toBe(2)
  })

  it('are capped for a session', async () => {
    const { id } = await test.openSession()
    for (let count = 0; count < 6; count++) expect((await run(id, 'ask')).status).toBe(202)
    expect(await run(id, 'ask')).toMatchObject({ status: 409, data: { code: 'too_many_verbs' } })
    await test.request('POST', `/api/sessions/${id}/close`, { outcome: 'abandoned' })
    const ends = (await test.events(id)).filter((event) => event.kind === 'verb' && event.phase === 'ended')
    expect(ends).toHaveLength(6)
  })

  it('are ended by the kill switch, and refused while it is engaged', async () => {
    const { id } = await test.openSession()
    const { data } = await run(id, 'wait')
    await until(async () => (await findFamily(null, data.verb_run_id)).length >= 2)
    await test.request('POST', '/api/kill', { reason: 'A trial of verbs' })
    const end = await phase(id, data.verb_run_id, 'ended')
    expect(end).toMatchObject({ outcome: 'stopped', operator: 'ana' })
    expect(end.reason).toContain('A trial of verbs')
    expect(await findFamily(null, data.verb_run_id)).toEqual([])
    expect((await run(id, 'fail')).status).toBe(503)
    await test.request('DELETE', '/api/kill', { reason: 'All is well' })
    expect((await run(id, 'fail')).status).toBe(202)
  })

  it('are closed as interrupted, with all they have left, when their console was killed', async () => {
    const { id, workspace } = await test.openSession()
    writeFileSync(join(workspace, 'state.txt'), 'as it is\n')
    const running = await run(id, 'wait')
    const waiting = await run(id, 'repair')
    await phase(id, waiting.data.verb_run_id, 'awaiting')
    await until(async () => (await findFamily(null, running.data.verb_run_id)).length >= 2)
    await test.kill('SIGKILL')
    await test.start()
    for (const { data } of [running, waiting]) {
      expect(await phase(id, data.verb_run_id, 'ended')).toMatchObject({
        ...{ outcome: 'interrupted', operator: 'console', reason: 'The console that ran it had ended' },
      })
      expect(await findFamily(null, data.verb_run_id)).toEqual([])
    }
    expect(await run(id, 'repair', { confirmed: true })).toMatchObject({ status: 409 })
    // A console that stops in order says so itself.
    const last = await run(id, 'wait')
    await until(async () => (await findFamily(null, last.data.verb_run_id)).length >= 2)
    await test.kill('SIGTERM')
    await test.start()
    expect(await phase(id, last.data.verb_run_id, 'ended')).toMatchObject({
      reason: 'The console was stopped',
    })
    expect(await findFamily(null, last.data.verb_run_id)).toEqual([])
  })
})
