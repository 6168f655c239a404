import { createHash, randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { afterEach, expect, test } from 'vitest'
import { startWireTee, type WireEvent } from './wire-tee.ts'

const closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

type Exchange = { request: IncomingMessage; body: Buffer; response: ServerResponse }

/** A provider that answers as the test says, behind a tee. */
async function setUp(answer: (exchange: Exchange) => void | Promise<void>, path = '') {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => void answer({ request, body: Buffer.concat(chunks), response }))
    request.on('error', () => {})
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  closers.push(
    () =>
      new Promise((closed) => {
        server.close(closed)
        server.closeAllConnections()
      }),
  )
  const { port } = server.address() as { port: number }
  const tee = await startWireTee(`http://127.0.0.1:${port}${path}`)
  closers.push(tee.close)
  const events: WireEvent[] = []
  tee.listen((event) => events.push(event))
  return { tee, events, direct: `http://127.0.0.1:${port}` }
}

type Received = { status: number; headers: string[]; body: Buffer; cut: boolean }

function send(url: string, body: Buffer, headers: Record<string, string> = {}, method = 'POST') {
  return new Promise<Received>((resolve, reject) => {
    const outgoing = request(url, { method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = []
      const finish = (cut: boolean) =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.rawHeaders,
          body: Buffer.concat(chunks),
          cut,
        })
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => finish(false))
      response.on('error', () => finish(true))
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

const LOOP = Buffer.from(
  JSON.stringify({ model: 'm', stream: true, tools: [{ name: 'Bash' }, { name: 'Read' }], messages: [] }),
)
const event = (fields: object) => `event: x\ndata: ${JSON.stringify(fields)}\n\n`
const ANSWER = [
  event({ type: 'message_start', message: { id: 'msg_1', model: 'm', usage: { input_tokens: 3 } } }),
  event({ type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '' } }),
  event({ type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'Hm' } }),
  event({ type: 'content_block_stop', index: 0 }),
  event({ type: 'content_block_start', index: 1, content_block: { type: 'text', text: '' } }),
  event({ type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: 'Grüß\u2028' } }),
  event({ type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: 'Gott ✓' } }),
  event({ type: 'content_block_stop', index: 1 }),
  event({
    type: 'content_block_start',
    index: 2,
    content_block: { type: 'tool_use', id: 't1', name: 'Bash', input: {} },
  }),
  event({
    type: 'content_block_delta',
    index: 2,
    delta: { type: 'input_json_delta', partial_json: '{"command":' },
  }),
  event({
    type: 'content_block_delta',
    index: 2,
    delta: { type: 'input_json_delta', partial_json: '"ls"}' },
  }),
  event({ type: 'content_block_stop', index: 2 }),
  event({ type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 7 } }),
  event({ type: 'message_stop' }),
].join('')
const REPORTED = [
  { type: 'request', model: 'm', tools: ['Bash', 'Read'], agentId: null },
  { type: 'start', messageId: 'msg_1' },
  { type: 'delta', text: 'Hm', thinking: true },
  { type: 'block', block: { type: 'thinking', thinking: 'Hm' } },
  { type: 'delta', text: 'Grüß\u2028', thinking: false },
  { type: 'delta', text: 'Gott ✓', thinking: false },
  { type: 'block', block: { type: 'text', text: 'Grüß\u2028Gott ✓' } },
  { type: 'block', block: { type: 'tool_use', id: 't1', name: 'Bash', input: { command: 'ls' } } },
  { type: 'stop', stopReason: 'tool_use', usage: { input_tokens: 3, output_tokens: 7 } },
]

/** Writes bytes in pieces of random size, now and then with a pause. */
async function writeInPieces(response: ServerResponse, bytes: Buffer) {
  for (let at = 0; at < bytes.length; ) {
    const size = 1 + Math.floor(Math.random() * 40)
    response.write(bytes.subarray(at, at + size))
    at += size
    if (Math.random() < 0.2) await sleep(0)
  }
  response.end()
}

test.each([
  ['identity', (bytes: Buffer) => bytes],
  ['gzip', (bytes: Buffer) => gzipSync(bytes)],
  ['br', (bytes: Buffer) => brotliCompressSync(bytes)],
  ['deflate', (bytes: Buffer) => deflateSync(bytes)],
])(
  'startWireTee() passes %s answers untouched and reports them when they come in pieces',
  async (encoding, compress) => {
    const bytes = compress(Buffer.from(ANSWER))
    const { tee, events } = await setUp(async ({ response }) => {
      response.writeHead(200, {
        'Content-Type': 'text/event-stream; charset=utf-8',
        'content-encoding': encoding,
      })
      await writeInPieces(response, bytes)
    })
    const { body, cut } = await send(`${tee.url}/v1/messages?beta=true`, LOOP)
    expect(cut).toBe(false)
    expect(body.equals(bytes)).toBe(true)
    await expect.poll(() => events.at(-1)).toMatchObject({ type: 'stop' })
    expect(events).toMatchObject(REPORTED)
  },
)

test('startWireTee() passes headers and bodies as they are when they are large, odd or repeated', async () => {
  const echo = ({ request, body, response }: Exchange) => {
    const seen = { method: request.method, url: request.url, headers: request.rawHeaders }
    response.writeHead(418, 'Short and stout', [
      ...['X-Odd-Case', 'a', 'x-odd-case', 'b', 'Set-Cookie', 'one', 'Set-Cookie', 'two'],
      ...['X-Hash', createHash('sha256').update(body).digest('hex')],
      ...['X-Seen', Buffer.from(JSON.stringify(seen)).toString('base64')],
    ])
    response.end(body)
  }
  const { tee, direct, events } = await setUp(echo)
  const body = randomBytes(1 << 20)
  const headers = { 'X-Mixed-Case': '1', 'accept-encoding': 'gzip, zstd', host: 'elsewhere' }
  const through = await send(`${tee.url}/any/path?q=1%20`, body, headers)
  const straight = await send(`${direct}/any/path?q=1%20`, body, { ...headers, host: new URL(direct).host })
  const withoutDate = (list: string[]) =>
    list.map((value, index) => (list[index - 1] === 'Date' ? '' : value))
  expect(through.status).toBe(418)
  expect(through.body.equals(body)).toBe(true)
  expect(withoutDate(through.headers)).toEqual(withoutDate(straight.headers))
  expect(events).toEqual([])
})

test('startWireTee() keeps the path of the base URL, and answers HEAD', async () => {
  const paths: string[] = []
  const { tee } = await setUp(({ request, response }) => {
    paths.push(`${request.method} ${request.url}`)
    response.writeHead(200, { 'content-length': '5' }).end(request.method === 'HEAD' ? undefined : 'hello')
  }, '/anthropic/')
  await send(`${tee.url}/v1/models`, Buffer.alloc(0), {}, 'GET')
  const head = await send(tee.url, Buffer.alloc(0), {}, 'HEAD')
  expect(head).toMatchObject({ status: 200, cut: false })
  expect(paths).toEqual(['GET /anthropic/v1/models', 'HEAD /anthropic/'])
})

test('startWireTee() shows the CLI the same cut when the upstream dies in the middle', async () => {
  const half = Buffer.from(ANSWER.slice(0, 500))
  const { tee, events } = await setUp(({ response }) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(half, () => setTimeout(() => response.destroy(), 20))
  })
  const { body, cut } = await send(`${tee.url}/v1/messages`, LOOP)
  expect(cut).toBe(true)
  expect(body.equals(half)).toBe(true)
  expect(events.at(-1)).toMatchObject({ type: 'cut', exchange: 1 })
})

test('startWireTee() ends the connection when the upstream is not there', async () => {
  const { tee, events } = await setUp(({ response }) => void response.destroy())
  await expect(send(`${tee.url}/v1/messages`, LOOP)).rejects.toThrow(/hang up|ECONNRESET/)
  expect(events.at(-1)).toMatchObject({ type: 'cut' })
})

test('startWireTee() ends the upstream request when the CLI goes away', async () => {
  let closed = false
  const { tee } = await setUp(({ response }) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write('data: {}\n\n')
    response.once('close', () => {
      closed = true
    })
  })
  const outgoing = request(`${tee.url}/v1/messages`, { method: 'POST', agent: false })
  outgoing.on('error', () => {})
  outgoing.on('response', (response) => {
    response.on('error', () => {})
    response.once('data', () => outgoing.destroy())
  })
  outgoing.end(LOOP)
  await expect.poll(() => closed).toBe(true)
})

test('startWireTee() reports refusals, whole answers, subagents, and nothing of side requests', async () => {
  const answers = [
    { status: 529, body: { type: 'error', error: { type: 'overloaded_error', message: 'Busy' } } },
    {
      status: 200,
      body: {
        type: 'message',
        id: 'm2',
        model: 'm',
        content: [{ type: 'text', text: 'Hi' }],
        stop_reason: 'end_turn',
      },
    },
    { status: 200, body: { type: 'message', id: 'm3', content: [] } },
  ]
  const { tee, events } = await setUp(({ response }) => {
    const { status, body } = answers.shift() ?? { status: 500, body: {} }
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  const url = `${tee.url}/v1/messages?beta=true`
  await send(url, LOOP)
  await send(url, LOOP, { 'x-claude-code-agent-id': 'a1' })
  await send(url, Buffer.from(JSON.stringify({ model: 'small', messages: [] })))
  await sleep(20)
  expect(events).toMatchObject([
    { type: 'request', exchange: 1 },
    { type: 'error', status: 529, error: 'overloaded_error', message: 'Busy' },
    { type: 'request', exchange: 2, agentId: 'a1' },
    { type: 'start', messageId: 'm2', agentId: 'a1' },
    { type: 'delta', text: 'Hi' },
    { type: 'block', block: { type: 'text', text: 'Hi' } },
    { type: 'stop', stopReason: 'end_turn' },
  ])
})
