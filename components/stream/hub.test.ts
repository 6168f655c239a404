import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import type { SharedFrame } from '../../lib/api.ts'
import type { PassingEvent, RecordedEvent } from '../../lib/events.ts'
import { BUFFER_EVENTS } from './buffer.ts'
import { createHub } from './hub.ts'
import type { HubMessage } from './protocol.ts'
import { createTerminalRelay } from './terminal-relay.ts'

const note = (seq: number): RecordedEvent => ({
  kind: 'note',
  operator: 'ana',
  text: `n${seq}`,
  seq,
  at: '2026-11-20T02:47:00Z',
})

/** A small server of one growing record, which speaks the shared stream and the page of events. */
async function startServer() {
  const record: RecordedEvent[] = []
  const streams = new Set<{ response: ServerResponse; sessions: string[] }>()
  const asked: string[] = []
  const control = { boot: 'boot-1', signedOut: false }
  const write = (response: ServerResponse, frame: unknown) =>
    response.write(`data: ${JSON.stringify(frame)}\n\n`)
  const server: Server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://x')
    asked.push(`${url.pathname}${url.search}`)
    if (control.signedOut) {
      response.writeHead(401).end('{}')
      return
    }
    if (url.pathname.endsWith('/events')) {
      const after = Number(url.searchParams.get('after'))
      const events = record
        .filter((event) => event.seq > after)
        .slice(0, Number(url.searchParams.get('limit')))
      response.end(JSON.stringify({ events, head_seq: record.length }))
      return
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    write(response, { hello: { server: control.boot } })
    const wants = url.searchParams.getAll('at').map((at) => at.split(':'))
    for (const [session, after] of wants) {
      for (const event of record) if (event.seq > Number(after)) write(response, { session, event })
      write(response, { session, event: { kind: 'caught-up', seq: record.length } })
      write(response, { session, watching: ['ana'] })
    }
    const stream = { response, sessions: wants.map(([session]) => session ?? '') }
    streams.add(stream)
    response.on('close', () => streams.delete(stream))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    control,
    add(count: number) {
      for (let n = 0; n < count; n += 1) {
        const event = note(record.length + 1)
        record.push(event)
        for (const { response, sessions } of streams)
          for (const session of sessions) write(response, { session, event })
      }
    },
    pass(event: PassingEvent) {
      for (const { response } of streams) write(response, { session: 's', event })
    },
    breakOff() {
      for (const { response } of streams) response.destroy()
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function openTab(hub: ReturnType<typeof createHub>) {
  const frames: SharedFrame[] = []
  const states: HubMessage[] = []
  const send = hub.connect((message) => {
    if (message.type === 'frames') frames.push(...message.frames)
    else states.push(message)
  })
  const events = () => frames.flatMap((frame) => ('event' in frame ? [frame.event] : []))
  return {
    send,
    seqs: () =>
      events().flatMap((event) => ('seq' in event && event.kind !== 'caught-up' ? [event.seq] : [])),
    progress: () => events().filter((event) => event.kind === 'tool' && event.phase === 'progress'),
    caughtUp: () => events().filter((event) => event.kind === 'caught-up').length,
    states: () => states.flatMap((message) => (message.type === 'state' ? [message.state] : [])),
  }
}

const upTo = (n: number) => Array.from({ length: n }, (_, index) => index + 1)
const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function start() {
  const server = await startServer()
  const hub = createHub({ base: server.base, backoffFirstMs: 10 })
  closing.push(server.close, hub.close)
  return { server, hub }
}

describe('createHub()', () => {
  test('replays, says so once, and goes on live over one connection for two tabs', async () => {
    const { server, hub } = await start()
    server.add(3)
    const one = openTab(hub)
    one.send({ type: 'want', session: 's', after: 0 })
    await expect.poll(one.caughtUp).toBe(1)
    const two = openTab(hub)
    two.send({ type: 'want', session: 's', after: 0 })
    await expect.poll(two.caughtUp).toBe(1)
    server.add(2)
    await expect.poll(two.seqs).toEqual(upTo(5))
    expect(one.seqs()).toEqual(upTo(5))
    expect(server.asked).toEqual(['/api/stream?at=s:0'])
  })

  test('gives a later tab what a running command has written so far', async () => {
    const { server, hub } = await start()
    const progress = (data: string): PassingEvent => ({
      ...{ kind: 'tool', tool_use_id: 'c', phase: 'progress', data, at: '2026-11-20T02:47:00Z' },
    })
    const one = openTab(hub)
    one.send({ type: 'want', session: 's', after: 0 })
    await expect.poll(one.caughtUp).toBe(1)
    server.pass(progress('one '))
    server.pass(progress('two'))
    await expect.poll(one.progress).toEqual([progress('one '), progress('two')])
    const two = openTab(hub)
    two.send({ type: 'want', session: 's', after: 0 })
    await expect.poll(two.progress).toEqual([{ ...progress('one two'), tail: true }])
  })

  test('asks for a further session from where the first one stands', async () => {
    const { server, hub } = await start()
    server.add(2)
    const tab = openTab(hub)
    tab.send({ type: 'want', session: 's', after: 0 })
    await expect.poll(tab.caughtUp).toBe(1)
    tab.send({ type: 'want', session: 'r', after: 0 })
    await expect.poll(tab.caughtUp).toBe(2)
    expect(server.asked).toEqual(['/api/stream?at=s:0', '/api/stream?at=s:2&at=r:0'])
    expect(tab.states().filter((state) => state.name === 'reconnecting')).toEqual([])
  })

  test('reconnects without a gap or a repeat and tells of a server that was restarted', async () => {
    const { server, hub } = await start()
    server.add(2)
    const tab = openTab(hub)
    tab.send({ type: 'want', session: 's', after: 0 })
    await expect.poll(tab.caughtUp).toBe(1)
    server.control.boot = 'boot-2'
    server.breakOff()
    server.add(2)
    await expect.poll(tab.caughtUp).toBe(2)
    expect(tab.seqs()).toEqual(upTo(4))
    expect(tab.states().map((state) => state.name)).toContain('reconnecting')
    expect(tab.states().at(-1)).toEqual({ name: 'live', restarted: true })
  })

  test('waits to be told when nobody is signed in', async () => {
    const { server, hub } = await start()
    server.control.signedOut = true
    server.add(1)
    const tab = openTab(hub)
    tab.send({ type: 'want', session: 's', after: 0 })
    await expect.poll(() => tab.states().at(-1)?.name).toBe('signed_out')
    expect(server.asked).toHaveLength(1)
    server.control.signedOut = false
    tab.send({ type: 'retry' })
    await expect.poll(tab.seqs).toEqual([1])
  })

  test('reads for a later tab what the buffer has let go, beside the stream', async () => {
    const { server, hub } = await start()
    const all = BUFFER_EVENTS + 500
    server.add(all)
    const one = openTab(hub)
    one.send({ type: 'want', session: 's', after: 0 })
    await expect.poll(one.caughtUp, { timeout: 5000 }).toBe(1)
    const two = openTab(hub)
    two.send({ type: 'want', session: 's', after: 0 })
    await expect.poll(two.caughtUp, { timeout: 5000 }).toBe(1)
    expect([...new Set(two.seqs())]).toEqual(upTo(all))
    expect(one.seqs()).toEqual(upTo(all))
    expect(server.asked.filter((path) => path.startsWith('/api/stream'))).toHaveLength(1)
  })
})

describe('createTerminalRelay()', () => {
  const start = () => {
    const got: [string, unknown][] = []
    return { got, relay: createTerminalRelay<string>((tab, { frame }) => got.push([tab, frame])) }
  }
  const facts = { cols: 80, rows: 24, keyboard: 'ana' }

  test('asks from now at first, and later from where it stands', () => {
    const { relay } = start()
    expect(relay.want('one', 't')).toBe(true)
    expect(relay.query()).toEqual(['term=t:now'])
    relay.take({ terminal: 't', offset: 10, frame: { attached: true, ...facts } })
    expect([...relay.take({ terminal: 't', offset: 14, frame: { data: 'AAAA' } })]).toEqual(['one'])
    expect(relay.query()).toEqual(['term=t:14'])
  })

  test('tells a tab that joins how the terminal stands, without asking anew', () => {
    const { relay, got } = start()
    relay.want('one', 't')
    relay.take({ terminal: 't', offset: 10, frame: { attached: true, ...facts } })
    relay.take({ terminal: 't', offset: 10, frame: { keyboard: 'ben' } })
    relay.take({ terminal: 't', offset: 10, frame: { cols: 100, rows: 30 } })
    expect(relay.want('two', 't')).toBe(false)
    expect(got).toEqual([['two', { attached: true, cols: 100, rows: 30, keyboard: 'ben' }]])
    relay.take({ terminal: 't', offset: 10, frame: { exit_code: 3, reason: null } })
    relay.want('three', 't')
    expect(got.at(-1)).toEqual(['three', { exit_code: 3, reason: null }])
  })

  test('lets a terminal go when no tab wants it', () => {
    const { relay } = start()
    relay.want('one', 't')
    relay.want('two', 't')
    relay.drop('one', 't')
    relay.tidy()
    expect(relay.ids()).toEqual(['t'])
    relay.drop('two', 't')
    relay.tidy()
    expect(relay.ids()).toEqual([])
    expect([...relay.take({ terminal: 't', offset: 1, frame: { data: 'AA==' } })]).toEqual([])
  })
})
