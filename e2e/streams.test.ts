// The event stream as a client meets it: exact replay, live, many at once, slow ones, lost connections, a shutdown.
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Problem } from '../lib/api.ts'
import { startTestConsole, type TestConsole, until } from './support/console.ts'
import { sized } from './support/size.ts'
import { endOf, expectSeenInRecord, recordedOf, turnRow, watch } from './support/trials.ts'

const DISCONNECTS = sized(20, 200)
const VIEWERS = 10

describe('an event stream', () => {
  let test: TestConsole
  beforeAll(async () => {
    test = await startTestConsole({ warm: false })
  })
  afterAll(() => test.close())

  it('pages events, and streams them from any position', async () => {
    const { id } = await test.openSession('several-tools')
    const { turn_id } = await test.prompt(id, 'Go')
    await endOf(test, id, turn_id)
    const record = await test.events(id)
    const page = await test.request('GET', `/api/sessions/${id}/events?after=2&limit=3`)
    expect(page.data).toEqual({
      events: record.slice(2, 5),
      head_seq: record.length,
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

  it('gives who comes late what a running command has written so far, also after a restart', async () => {
    const { id } = await test.openSession('quiet-command')
    const tailOf = async () => {
      const watcher = watch(test, id)
      const connection = watcher.connect()
      const progress = () =>
        watcher.seen.filter((event) => event.kind === 'tool' && event.phase === 'progress')
      await until(() => progress().length > 0)
      watcher.disconnect()
      await connection
      expectSeenInRecord(watcher.seen, await test.events(id))
      return { progress: progress(), kinds: watcher.seen.map(({ kind }) => kind) }
    }
    const { turn_id } = await test.prompt(id, 'Go')
    await tailOf()
    const late = await tailOf()
    const tail = { tool_use_id: expect.any(String), data: '37 jobs are left\n', tail: true, turn_id }
    expect(late.progress).toMatchObject([tail])
    expect(late.progress[0]).not.toHaveProperty('seq')
    expect(late.kinds.slice(-2)).toEqual(['caught-up', 'tool'])
    await test.kill('SIGKILL')
    await test.start()
    expect((await tailOf()).progress).toMatchObject([tail])
    await test.request('DELETE', `/api/sessions/${id}/turns/current`)
    await endOf(test, id, turn_id)
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
