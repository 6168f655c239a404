// The HTTP contract as a script meets it: turns, queue, keys, streams, and every refusal in words.
import { readdirSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Problem, TurnView } from '../lib/api.ts'
import { startTestConsole, type TestConsole, until } from './support/console.ts'
import {
  endOf,
  expectSeenInRecord,
  livingRows,
  recordedOf,
  turnRow,
  watch,
  withDatabase,
} from './support/trials.ts'

const NOBODY = '00000000-0000-4000-8000-000000000000'
const RACES = 50
const DISCONNECTS = 30
const VIEWERS = 10

type Started = { turn_id: string; state: string }

describe('the API', () => {
  let test: TestConsole
  beforeAll(async () => {
    test = await startTestConsole()
  })
  afterAll(() => test.close())

  const send = (sessionId: string, body: unknown, headers: Record<string, string> = {}) =>
    test.request<Started & Problem>('POST', `/api/sessions/${sessionId}/turns`, body, headers)
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
      turns: 1,
      last_outcome: 'success',
      claude_version: '2.1.197',
      current_turn: null,
      turn_list: [{ id: turn_id, state: 'ended', outcome: 'success' }],
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
    await until(() => countTurns(id) === 2)
    await test.kill()
    await lost
    await test.start()
    const again = await send(id, { prompt: 'twice?' }, other)
    expect(again.status).toBe(202)
    await endOf(test, id, again.data.turn_id)
    expect(countTurns(id)).toBe(2)
  })

  it(`lets one of two operators in, ${RACES} times`, async () => {
    const { id } = await test.openSession('hang')
    for (let race = 0; race < RACES; race++) {
      const answers = await Promise.all([send(id, { prompt: 'mine' }), send(id, { prompt: 'no, mine' })])
      expect(answers.map(({ status }) => status).sort()).toEqual([202, 409])
      const won = answers.find(({ status }) => status === 202)?.data.turn_id ?? ''
      expect(answers.find(({ status }) => status === 409)?.data.turn_id).toBe(won)
      await stop(id)
      await test.waitFor(
        id,
        (event) => event.turn_id === won && (event.kind === 'result' || event.kind === 'error'),
      )
    }
    expect(countTurns(id)).toBe(RACES)
  })

  it('pages events, and streams them from any position', async () => {
    const { id } = await test.openSession('several-tools')
    const { turn_id } = await test.prompt(id, 'Go')
    const end = await endOf(test, id, turn_id)
    const record = await test.events(id)
    const page = await test.request('GET', `/api/sessions/${id}/events?after=2&limit=3`)
    expect(page.data).toEqual({
      events: record.slice(2, 5),
      head_seq: end.seq >= record.length ? record.length : end.seq,
    })

    for (const headers of [{}, { 'last-event-id': '4' }]) {
      const after = 'last-event-id' in headers ? 4 : 6
      const { frames, close } = await rawStream(`/api/sessions/${id}/events?after=6`, headers)
      await until(() => frames().includes('"caught-up"'))
      close()
      const ids = [...frames().matchAll(/^id: (\d+)$/gm)].map(([, seq]) => Number(seq))
      expect(ids).toEqual(record.slice(after).map(({ seq }) => seq))
      expect(frames()).not.toMatch(/^event:/m)
      expect(frames().trimEnd().split('\n\n').at(-1)).toBe(
        `data: {"kind":"caught-up","seq":${record.length}}`,
      )
    }
    const bad = await test.request('GET', `/api/sessions/${id}/events?after=x`)
    expect(bad.status).toBe(400)
    for (const position of ['-1', '1.5', 'abc', '9'.repeat(40)]) {
      const headers = { accept: 'text/event-stream', 'last-event-id': position }
      const answer = await test.request<Problem>('GET', `/api/sessions/${id}/events`, undefined, headers)
      expect(answer).toMatchObject({ status: 400, data: { code: 'bad_position' } })
    }
  })

  it(`shows everything once to a client that loses its connection ${DISCONNECTS} times`, async () => {
    const { id } = await test.openSession('several-tools')
    const watcher = watch(test, id)
    const { turn_id } = await test.prompt(id, 'Go')
    for (let cut = 0; cut < DISCONNECTS; cut++) {
      const connection = watcher.connect()
      await sleep(Math.random() * 80)
      watcher.disconnect()
      await connection
    }
    const end = await endOf(test, id, turn_id)
    const connection = watcher.connect()
    await until(() => watcher.seen.some(({ seq }) => seq === end.seq))
    watcher.disconnect()
    await connection
    expectSeenInRecord(watcher.seen, await test.events(id))
  })

  it(`shows the same to ${VIEWERS} clients at once, partial text and progress without an id`, async () => {
    const { id } = await test.openSession('slow-text')
    const watchers = Array.from({ length: VIEWERS }, () => watch(test, id))
    const connections = watchers.map((watcher) => watcher.connect())
    await until(() => watchers.every(({ seen }) => seen.some(({ kind }) => kind === 'caught-up')))
    const { turn_id } = await test.prompt(id, 'Go')
    const end = await endOf(test, id, turn_id)
    await until(() => watchers.every(({ seen }) => seen.some(({ seq }) => seq === end.seq)))
    for (const watcher of watchers) watcher.disconnect()
    await Promise.all(connections)
    const [first] = watchers
    const partial = first?.seen.filter((event) => event.kind === 'text' && event.partial) ?? []
    expect(partial.length).toBeGreaterThan(10)
    expect(
      partial.every((event) => !('seq' in event) && 'turn_id' in event && event.turn_id === turn_id),
    ).toBe(true)
    for (const { seen } of watchers) {
      expect(recordedOf(seen)).toEqual(recordedOf(first?.seen ?? []))
      expectSeenInRecord(seen, await test.events(id))
    }
  })

  it('is not held up by a client that never reads', async () => {
    const { id } = await test.openSession('big-output')
    const stalled = Array.from({ length: 20 }, () => {
      const socket = connect(test.port, '127.0.0.1')
      socket.pause()
      socket.on('error', () => undefined)
      socket.write(
        `GET /api/sessions/${id}/events HTTP/1.1\r\nHost: 127.0.0.1:${test.port}\r\nAccept: text/event-stream\r\nAuthorization: Bearer ${test.token}\r\n\r\n`,
      )
      return socket
    })
    const before = residentMb()
    for (const prompt of ['one', 'two']) {
      const { turn_id } = await test.prompt(id, prompt)
      await endOf(test, id, turn_id)
    }
    const watcher = watch(test, id)
    const connection = watcher.connect()
    await until(() => watcher.seen.some(({ kind }) => kind === 'caught-up'))
    watcher.disconnect()
    await connection
    expectSeenInRecord(watcher.seen, await test.events(id))
    expect(residentMb() - before).toBeLessThan(100)
    for (const socket of stalled) socket.destroy()
  })

  it('leaks no descriptor over thirty turns', async () => {
    const { id } = await test.openSession('plain-text')
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

  it.each([
    ['a reason that is too short', 'POST', '/api/sessions', { reason: 'broken' }, 400, 'reason'],
    [
      'an unknown field',
      'POST',
      '/api/sessions',
      { reason: 'It is broken here', colour: 'red' },
      400,
      'colour',
    ],
    [
      'a driver that is not built',
      'POST',
      '/api/sessions',
      { reason: 'It is broken here', driver: 'tui' },
      400,
      'driver',
    ],
    [
      'an unknown driver',
      'POST',
      '/api/sessions',
      { reason: 'It is broken here', driver: 'x' },
      400,
      'driver',
    ],
    [
      'an unknown provider',
      'POST',
      '/api/sessions',
      { reason: 'It is broken here', provider: 'x' },
      400,
      'provider',
    ],
    [
      'an unknown drill',
      'POST',
      '/api/sessions',
      { reason: 'It is broken here', kind: 'drill', drill: 'x' },
      400,
      'drill',
    ],
    ['too few minutes', 'POST', '/api/sessions', { reason: 'It is broken here', minutes: 1 }, 400, 'minutes'],
    [
      'a title of two lines',
      'POST',
      '/api/sessions',
      { reason: 'It is broken here', title: 'a\nb' },
      400,
      'title',
    ],
    ['an empty prompt', 'POST', '/api/sessions/:id/turns', { prompt: ' \n' }, 400, 'prompt'],
    ['a prompt that is no text', 'POST', '/api/sessions/:id/turns', { prompt: 7 }, 400, 'prompt'],
    [
      'a prompt over 256 KiB',
      'POST',
      '/api/sessions/:id/turns',
      { prompt: 'x'.repeat(262_145) },
      400,
      'prompt',
    ],
    [
      'a queue that is no boolean',
      'POST',
      '/api/sessions/:id/turns',
      { prompt: 'x', queue: 'yes' },
      400,
      'queue',
    ],
    ['a limit of 0', 'GET', '/api/sessions?limit=0', undefined, 400, 'limit'],
    ['a limit that is no number', 'GET', '/api/sessions/:id/events?limit=many', undefined, 400, 'limit'],
    ['a date that is none', 'GET', '/api/sessions?from=yesterday', undefined, 400, 'from'],
    ['a cursor of ones own', 'GET', '/api/sessions?cursor=abc', undefined, 400, 'cursor'],
    ['a state of approvals that is none', 'GET', '/api/approvals?state=maybe', undefined, 400, 'state'],
    ['an unknown session', 'GET', `/api/sessions/${NOBODY}`, undefined, 404, null],
    ['an unknown session to prompt', 'POST', `/api/sessions/${NOBODY}/turns`, { prompt: 'x' }, 404, null],
    ['an id that is none', 'GET', '/api/sessions/..%2f..%2fetc', undefined, 404, null],
    ['nothing to stop', 'DELETE', '/api/sessions/:id/turns/current', undefined, 404, null],
    ['nothing to send', 'POST', `/api/sessions/:id/queue/${NOBODY}/send`, undefined, 404, null],
    ['an unknown output', 'GET', '/api/sessions/:id/outputs/nothing', undefined, 404, null],
    ['an unknown route', 'GET', '/api/nothing', undefined, 404, null],
  ] as const)('refuses %s in words', async (_, method, path, body, status, field) => {
    shared ??= (await test.openSession()).id
    const answer = await test.request<Problem>(method, path.replace(':id', shared), body)
    expect(answer).toMatchObject({
      status,
      data: { status, code: expect.stringMatching(/^[a-z_]+$/), title: expect.any(String) },
    })
    expect(answer.data.detail.length).toBeGreaterThan(10)
    if (field) expect(Object.keys(answer.data.fields ?? {})).toEqual([field])
  })
  let shared: string | undefined

  it('ends in time when it is told to, and the next one takes the running turn up', async () => {
    const { id } = await test.openSession('counter')
    const watcher = watch(test, id)
    const connection = watcher.connect()
    const { turn_id } = await test.prompt(id, 'Go')
    await test.waitFor(id, (event) => event.kind === 'tool' && event.phase === 'call')
    const begun = performance.now()
    await test.kill('SIGTERM')
    expect(performance.now() - begun).toBeLessThan(10_000)
    expect(test.process().exitCode).toBe(0)
    await connection
    expect(turnRow(test, turn_id)).toMatchObject({ state: 'running' })
    await test.start()
    expect(await endOf(test, id, turn_id)).toMatchObject({ outcome: 'success' })
    expectSeenInRecord(watcher.seen, await test.events(id))
  })

  const countTurns = (sessionId: string) =>
    withDatabase(test, (database) =>
      database.prepare('SELECT count(*) FROM turns WHERE session_id = ?').pluck().get(sessionId),
    )

  const consolePid = () => test.process().pid ?? 0

  const residentMb = () => {
    const pages = Number(readFileSync(`/proc/${consolePid()}/statm`, 'utf8').split(' ')[1])
    return (pages * 4096) / 1024 ** 2
  }

  /** The bytes of a stream as they come. */
  async function rawStream(path: string, headers: Record<string, string>) {
    const abort = new AbortController()
    const response = await fetch(test.url + path, {
      headers: { authorization: `Bearer ${test.token}`, accept: 'text/event-stream', ...headers },
      signal: abort.signal,
    })
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    let text = ''
    void (async () => {
      for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) text += chunk
    })().catch(() => undefined)
    return { frames: () => text, close: () => abort.abort() }
  }
})
