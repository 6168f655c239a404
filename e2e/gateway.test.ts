import { readdirSync, readlinkSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import Anthropic from '@anthropic-ai/sdk'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { until } from './support/console.ts'
import { ask, type GatewayFixture, said, startGatewayFixture } from './support/gateway.ts'

describe.each(['tui', 'print'] as const)('the gateway over sessions of %s', (driver) => {
  let test: GatewayFixture
  beforeAll(async () => {
    test = await startGatewayFixture([`driver: ${driver}`, 'pool_size: 8', 'requests_at_once: 8'])
  })
  afterAll(() => test.close())

  it('holds a conversation of several turns in one pooled session', async () => {
    const first = await test.ask(ask('plain-text', 'How is the host?'))
    expect(first.message).toMatchObject({
      type: 'message',
      role: 'assistant',
      model: 'drill-plain-text',
      content: [{ type: 'text', text: 'The host is healthy.' }],
      stop_reason: 'end_turn',
      stop_sequence: null,
    })
    expect(first.message.usage.output_tokens).toBeGreaterThan(0)
    expect(first.pool).toBe('new')
    const history = [...ask('plain-text', 'How is the host?').messages, said(first.message)]
    const now = { role: 'user' as const, content: [{ type: 'text' as const, text: 'And now?' }] }
    const second = await test.ask({ ...ask('plain-text'), messages: [...history, now] })
    expect(second.message.content).toEqual([{ type: 'text', text: 'You said: And now?' }])
    expect(second).toMatchObject({ pool: 'hit', session: first.session })
    const words = ['How is the host?', 'The host is healthy.', 'And now?', 'You said: And now?', 'Thanks']
    expect(await test.ask(ask('plain-text', ...words))).toMatchObject({ pool: 'hit', session: first.session })
    const detail = await test.console.session(first.session)
    expect(detail).toMatchObject({
      driver,
      kind: 'incident',
      operator: 'ana',
      turns: [{}, {}, {}],
      last_outcome: 'success',
    })
    const live = (await pooled(test)).find(({ session_id }) => session_id === first.session)
    expect(live).toMatchObject({ state: 'idle', turns: 3, model: 'drill-plain-text' })
    expect(live?.terminals.map(({ kind }) => kind)).toEqual(driver === 'tui' ? ['agent'] : [])
    expect(detail.reason).toMatch(/^Gateway conversation of ana with drill-plain-text/)
  })

  it('starts a seeded session where the history was edited, tool cycles of its known part included', async () => {
    const first = await test.ask(ask('multi', 'Begin'))
    expect(first.message.content).toMatchObject([
      { text: 'First I see where I am.' },
      { text: expect.stringMatching(/^I work in `\/.+\/workspace`\. What next\?$/) },
    ])
    const known = [...ask('multi', 'Begin').messages, said(first.message)]
    const ended = (words: string) => ({ role: 'assistant' as const, content: words })
    const asked = (words: string) => ({ role: 'user' as const, content: words })
    const edited = [...known, asked('Write it down'), ended('I did not like that.'), asked('What now?')]
    const second = await test.ask({ ...ask('multi'), messages: edited })
    expect(second.pool).toBe('seeded')
    expect(second.session).not.toBe(first.session)
    // The model has seen two prompts before this one.
    expect(second.message.content).toEqual([
      { type: 'text', text: 'This is the third turn. You said: What now?' },
    ])
    const events = await test.console.events(second.session)
    // Prompt, call, its result, answer: four; then the two that the client brought along.
    expect(events.find((event) => event.kind === 'control' && event.action === 'seeded')).toMatchObject({
      seeding: 'native_jsonl',
      messages: 6,
    })
    // The first session still waits for its own history.
    expect(await test.ask({ ...ask('multi'), messages: [...known, asked('echo')] })).toMatchObject({
      pool: 'hit',
      session: first.session,
    })
  })

  it('leaves no process when a request is aborted, and does not use its session again', async () => {
    const abort = new AbortController()
    const stream = test.client.messages.stream(ask('long-command', 'Go'), { signal: abort.signal })
    const failed = stream.finalMessage().catch((error: unknown) => error)
    await new Promise<void>((resolve) => stream.once('text', () => resolve()))
    const session = stream.response?.headers.get('x-breakglass-session') ?? ''
    const { workspace } = await test.console.session(session)
    await until(() => processesIn(workspace).length > 1)
    abort.abort()
    expect(await failed).toBeInstanceOf(Anthropic.APIUserAbortError)
    await until(async () => (await test.console.session(session)).closed_at !== null)
    await until(() => processesIn(workspace).length === 0)
    await sleep(500)
    expect(processesIn(workspace)).toEqual([])
    expect(await test.console.session(session)).toMatchObject({
      outcome: 'abandoned',
      last_outcome: 'interrupted',
    })
    expect((await pooled(test)).map(({ session_id }) => session_id)).not.toContain(session)
  })
})

describe('the gateway', () => {
  let test: GatewayFixture
  beforeAll(async () => {
    test = await startGatewayFixture(['driver: tui', 'pool_size: 8', 'requests_at_once: 8'])
  })
  afterAll(() => test.close())

  it('runs tool cycles inside of a turn, each call through the gate', async () => {
    const { message, session } = await test.ask(ask('several-tools', 'Look around'))
    const texts = message.content.map((block) => (block.type === 'text' ? block.text : block.type))
    expect(texts).toEqual(['I look at the folder first.', 'Then I write a note.', 'The note has two lines.'])
    const events = await test.console.events(session)
    const calls = events.filter((event) => event.kind === 'tool' && event.phase === 'call')
    const approvals = events.filter((event) => event.kind === 'approval' && event.state === 'allowed')
    expect(calls).toHaveLength(4)
    expect(approvals).toHaveLength(4)
  })

  it('streams deltas before the end, and gives the same message as without streaming', async () => {
    const stream = test.client.messages.stream(ask('slow-text', 'Tell me'))
    const types: string[] = []
    const at: { first?: number; last?: number } = {}
    for await (const event of stream) {
      types.push(event.type)
      if (event.type !== 'content_block_delta') continue
      at.first ??= performance.now()
      at.last = performance.now()
    }
    const streamed = await stream.finalMessage()
    expect(types.filter((type) => type === 'content_block_delta').length).toBeGreaterThan(5)
    expect((at.last ?? 0) - (at.first ?? 0)).toBeGreaterThan(500)
    expect(types.filter((type, index) => type !== types[index - 1])).toEqual([
      'message_start',
      'content_block_start',
      'content_block_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ])
    const { message: whole } = await test.ask(ask('slow-text', 'Tell me'))
    const { id: _, ...rest } = whole
    expect(streamed).toMatchObject(JSON.parse(JSON.stringify(rest)))
  })

  it('speaks the events of the wire in their order, pings among them', async () => {
    const response = await fetch(`${test.console.url}/v1/messages`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${test.token}`,
        'anthropic-version': '2023-06-01',
        'content-type': 'application/json',
      },
      body: JSON.stringify({ ...ask('several-tools', 'Look around'), stream: true }),
    })
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(response.headers.get('access-control-allow-origin')).toBeNull()
    expect(response.headers.get('request-id')).toMatch(/^req_/)
    const frames = (await response.text()).split('\n\n').slice(0, -1)
    const events = frames.map((frame) => {
      const [event, data] = frame.split('\n')
      const parsed = JSON.parse(data?.slice('data: '.length) ?? '') as { type: string; index?: number }
      expect(event).toBe(`event: ${parsed.type}`)
      return parsed
    })
    expect(events.slice(0, 2).map(({ type }) => type)).toEqual(['message_start', 'ping'])
    const blocks = events.filter(({ type }) => type.startsWith('content_block_'))
    const shape = blocks.map(({ type, index }) => `${type.slice('content_block_'.length)} ${index}`)
    const block = (index: number) => [`start ${index}`, `delta ${index}`, `stop ${index}`]
    expect(shape.filter((line, index) => line !== shape[index - 1])).toEqual([0, 1, 2].flatMap(block))
    expect(events.slice(-2).map(({ type }) => type)).toEqual(['message_delta', 'message_stop'])
  })

  it('runs conversations at once, and two requests with one history in two sessions', async () => {
    const both = await Promise.all([
      test.ask(ask('plain-text', 'One of two')),
      test.ask(ask('thinking', 'Who are you?')),
    ])
    expect(both[0].message.content).toMatchObject([{ text: 'The host is healthy.' }])
    expect(both[1].message.content).toMatchObject([{ text: 'I look the name up.' }, { text: 'Done.' }])
    const next = ask('plain-text', 'One of two', 'The host is healthy.', 'Again')
    const twins = await Promise.all([test.ask(next), test.ask(next)])
    expect(twins.map(({ pool }) => pool).sort()).toEqual(['hit', 'seeded'])
    expect(new Set(twins.map(({ session }) => session)).size).toBe(2)
    for (const { message } of twins) expect(message.content).toMatchObject([{ text: 'You said: Again' }])
  })

  it('seeds the next request of a conversation after the console was restarted', async () => {
    const first = await test.ask(ask('multi', 'Begin'))
    await test.console.kill('SIGKILL')
    await test.console.start()
    const history = [...ask('multi', 'Begin').messages, said(first.message)]
    const next = { role: 'user' as const, content: 'Write it down' }
    const second = await test.ask({ ...ask('multi'), messages: [...history, next] })
    expect(second.pool).toBe('seeded')
    expect(second.message.content).toMatchObject([
      { text: 'Now I write something down.' },
      { text: 'It is written down.' },
    ])
    const seeded = (await test.console.events(second.session)).find(
      (event) => event.kind === 'control' && event.action === 'seeded',
    )
    expect(seeded).toMatchObject({ messages: 4 })
    await until(async () => (await test.console.session(first.session)).closed_at !== null)
  })

  it('closes its sessions when the console is told to stop, and leaves no process', async () => {
    const { session } = await test.ask(ask('plain-text', 'Before the end'))
    const busy = test.client.messages.stream(ask('hang', 'Never'))
    const failed = busy.finalMessage().catch((error: unknown) => error)
    await new Promise<void>((resolve) => busy.once('streamEvent', () => resolve()))
    await test.console.kill('SIGTERM')
    expect(await failed).toBeInstanceOf(Error)
    expect(processesIn(test.console.data)).toEqual([])
    await test.console.start()
    expect(await test.console.session(session)).toMatchObject({
      outcome: 'resolved',
      summary: 'The console was stopped',
    })
  })
})

type Pooled = { session_id: string; state: string; terminals: { kind: string }[] }

async function pooled(test: GatewayFixture): Promise<Pooled[]> {
  const { data } = await test.console.request<{ sessions: Pooled[] }>('GET', '/api/gateway/pool')
  return data.sessions
}

/** Processes that work in a directory. */
function processesIn(directory: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readlinkSync(`/proc/${pid}/cwd`).startsWith(directory)
      } catch {
        return false
      }
    })
}
