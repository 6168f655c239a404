// The HTTP contract as a script meets it: sessions, turns, queue, keys, and two operators at once.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Problem, TurnView } from '../lib/api.ts'
import { ROOT, startTestConsole, type TestConsole, until } from './support/console.ts'
import { sized } from './support/size.ts'
import { endOf, livingRows, turnRow, withDatabase } from './support/trials.ts'

const RACES = sized(25, 200)

type Started = { turn_id: string; state: string }

describe('the API', () => {
  let test: TestConsole
  beforeAll(async () => {
    test = await startTestConsole({ warm: false })
  })
  afterAll(() => test.close())

  const send = (sessionId: string, body: unknown, headers: Record<string, string> = {}) =>
    sendTo(test, sessionId, body, headers)
  const queueOf = async (sessionId: string) =>
    (await test.request<{ queue: TurnView[] }>('GET', `/api/sessions/${sessionId}/queue`)).data.queue
  const stop = (sessionId: string) => test.request('DELETE', `/api/sessions/${sessionId}/turns/current`)

  it('tells its health to anybody, and no more', async () => {
    const response = await fetch(`${test.url}/api/health`)
    expect(response.status).toBe(200)
    const health = (await response.json()) as Record<string, unknown>
    expect(health).toMatchObject({ ok: true, claude_version: '2.1.197' })
    expect(JSON.stringify(health)).not.toContain(test.data)
    expect((await fetch(`${test.url}/api/sessions`)).status).toBe(401)
  })

  it('opens, lists, shows and closes sessions', async () => {
    const reason = 'The mail server refuses every connection'
    const opened = await test.request<{ id: string }>('POST', '/api/sessions', {
      reason,
      ticket: 'INC-7',
      model: 'drill-multi',
    })
    expect(opened).toMatchObject({ status: 201, data: { reason, ticket: 'INC-7', status: 'idle', turns: 0 } })
    const { id } = opened.data
    const found = await test.request('GET', '/api/sessions?q=mail%20server&outcome=open&limit=1')
    expect(found.data).toMatchObject({ sessions: [{ id }], next_cursor: null })
    const { turn_id } = await test.prompt(id, 'one')
    await endOf(test, id, turn_id)
    expect(await test.session(id)).toMatchObject({
      id,
      last_outcome: 'success',
      claude_version: '2.1.197',
      current_turn: null,
      turns: [{ id: turn_id, state: 'ended', outcome: 'success' }],
    })
    const close = (body: unknown) => test.request<Problem>('POST', `/api/sessions/${id}/close`, body)
    expect(await close({ outcome: 'solved' })).toMatchObject({ status: 400, data: { code: 'invalid_input' } })
    expect(await close({ outcome: 'resolved', summary: 'Restarted' })).toMatchObject({
      status: 200,
      data: { status: 'closed', outcome: 'resolved', summary: 'Restarted' },
    })
    expect(await close({ outcome: 'resolved' })).toMatchObject({
      status: 409,
      data: { code: 'session_closed' },
    })
    expect(await send(id, { prompt: 'more' })).toMatchObject({
      status: 409,
      data: { code: 'session_closed' },
    })
    await until(() => livingRows(test, id).length === 0)
  })

  it('queues prompts behind a running turn, in order, and lets them be changed and removed', async () => {
    const { id } = await test.openSession('slow-text')
    const first = await send(id, { prompt: 'first' })
    expect(first).toMatchObject({ status: 202, data: { state: 'running' } })
    const refused = await send(id, { prompt: 'second' })
    expect(refused).toMatchObject({
      status: 409,
      data: { code: 'turn_in_progress', turn_id: first.data.turn_id },
    })
    expect(refused.data.detail).toContain(first.data.turn_id)
    const queued: string[] = []
    for (const prompt of ['second', 'third', 'fourth']) {
      const { status, data } = await send(id, { prompt, queue: true })
      expect({ status, state: data.state }).toEqual({ status: 202, state: 'queued' })
      queued.push(data.turn_id)
    }
    const at = (index: number) => `/api/sessions/${id}/queue/${queued[index]}`
    expect(await test.request('PATCH', at(1), { prompt: 'third, changed' })).toMatchObject({ status: 200 })
    expect(await test.request('PATCH', at(1), { prompt: '  ' })).toMatchObject({ status: 400 })
    expect(await test.request('DELETE', at(0))).toMatchObject({ status: 204 })
    expect(await test.request('DELETE', at(0))).toMatchObject({ status: 404, data: { code: 'not_queued' } })
    expect((await queueOf(id)).map(({ prompt }) => prompt)).toEqual(['third, changed', 'fourth'])
    await endOf(test, id, queued[2] as string)
    const prompts = (await test.events(id)).filter((event) => event.kind === 'prompt').map(({ text }) => text)
    expect(prompts).toEqual(['first', 'third, changed', 'fourth'])
    expect(await test.request('PATCH', at(1), { prompt: 'late' })).toMatchObject({ status: 404 })
  })

  it('holds the queue after a turn that was stopped, until an operator goes on', async () => {
    const { id } = await test.openSession('long-command')
    const { turn_id } = await test.prompt(id, 'Go')
    const second = await send(id, { prompt: 'second', queue: true })
    const third = await send(id, { prompt: 'third', queue: true })
    await stop(id)
    await endOf(test, id, turn_id)
    await test.waitFor(id, (event) => event.kind === 'control' && event.action === 'queue_held')
    expect(await test.session(id)).toMatchObject({ status: 'held', queued: 2 })
    const now = await test.request('POST', `/api/sessions/${id}/queue/${third.data.turn_id}/send`)
    expect(now).toMatchObject({ status: 202, data: { turn_id: third.data.turn_id, state: 'running' } })
    await endOf(test, id, second.data.turn_id)
    expect(
      (await test.events(id)).filter((event) => event.kind === 'prompt').map(({ text }) => text),
    ).toEqual(['Go', 'third', 'second'])
  })

  it('stops the running turn for a prompt that is sent now, and does not hold the rest', async () => {
    const { id } = await test.openSession('long-command')
    const first = await test.prompt(id, 'Go')
    await test.waitFor(id, (event) => event.kind === 'session')
    const queued = await Promise.all(['second', 'third'].map((prompt) => send(id, { prompt, queue: true })))
    const [second, third] = queued.map(({ data }) => data.turn_id)
    const answers = await Promise.all(
      [second, third].map((turn) =>
        test.request<Started & Problem>('POST', `/api/sessions/${id}/queue/${turn}/send`),
      ),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 409])
    await endOf(test, id, second as string)
    await endOf(test, id, third as string)
    expect(turnRow(test, first.turn_id).outcome).toBe('interrupted')
    expect((await test.session(id)).status).toBe('idle')
  })

  it('gives one answer for one Idempotency-Key, also after it was killed before it could answer', async () => {
    const { id } = await test.openSession('plain-text')
    const key = { 'idempotency-key': 'send-once' }
    const [one, two] = await Promise.all([
      send(id, { prompt: 'once' }, key),
      send(id, { prompt: 'once' }, key),
    ])
    expect(one).toMatchObject({ status: 202 })
    expect(two).toMatchObject({ status: 202, data: { turn_id: one.data.turn_id } })
    expect(await send(id, { prompt: 'else' }, key)).toMatchObject({
      status: 422,
      data: { code: 'idempotency_key_reused' },
    })
    expect(await send(id, { prompt: 'else' }, { 'idempotency-key': 'a b' })).toMatchObject({ status: 400 })
    await endOf(test, id, one.data.turn_id)

    // The request is committed; whether its answer arrives, nobody knows.
    const other = { 'idempotency-key': 'send-once-more' }
    const lost = send(id, { prompt: 'twice?' }, other).catch(() => null)
    await until(() => countTurns(test, id) === 2)
    await test.kill()
    await lost
    await test.start()
    const again = await send(id, { prompt: 'twice?' }, other)
    expect(again.status).toBe(202)
    await endOf(test, id, again.data.turn_id)
    expect(countTurns(test, id)).toBe(2)
  })
})

describe('a console with a quick CLI', () => {
  let test: TestConsole
  beforeAll(async () => {
    test = await startTestConsole({
      env: { BREAKGLASS_CLAUDE: join(ROOT, 'e2e', 'fakes', 'claude.cjs') },
    })
  })
  afterAll(() => test.close())

  it(`lets one of two operators in, ${RACES} times`, async () => {
    const { id } = await test.openSession('waits')
    for (let race = 0; race < RACES; race++) {
      const answers = await Promise.all([
        sendTo(test, id, { prompt: 'mine' }),
        sendTo(test, id, { prompt: 'no, mine' }),
      ])
      expect(answers.map(({ status }) => status).sort()).toEqual([202, 409])
      const won = answers.find(({ status }) => status === 202)?.data.turn_id ?? ''
      expect(answers.find(({ status }) => status === 409)?.data.turn_id).toBe(won)
      await test.request('DELETE', `/api/sessions/${id}/turns/current`)
      await test.waitFor(
        id,
        (event) => event.turn_id === won && (event.kind === 'result' || event.kind === 'error'),
      )
    }
    expect(countTurns(test, id)).toBe(RACES)
  })

  it('leaks no descriptor over thirty turns', async () => {
    const { id } = await test.openSession('plain')
    const turn = async () => {
      const { turn_id } = await test.prompt(id, 'Go')
      await endOf(test, id, turn_id)
      await until(() => livingRows(test, id).length === 1 && livingRows(test, id)[0]?.pid !== null)
    }
    const descriptors = () => readdirSync(`/proc/${consolePid()}/fd`).length
    await turn()
    const before = descriptors()
    for (let count = 0; count < 30; count++) await turn()
    // Connections of ours that are kept alive come and go.
    expect(descriptors() - before).toBeLessThan(10)
    expect(test.output()).not.toContain('MaxListenersExceededWarning')
  }, 180_000)

  const consolePid = () => test.process().pid ?? 0
})

function sendTo(test: TestConsole, sessionId: string, body: unknown, headers: Record<string, string> = {}) {
  return test.request<Started & Problem>('POST', `/api/sessions/${sessionId}/turns`, body, headers)
}

function countTurns(test: TestConsole, sessionId: string): unknown {
  return withDatabase(test, (database) =>
    database.prepare('SELECT count(*) FROM turns WHERE session_id = ?').pluck().get(sessionId),
  )
}
