// A loopback proxy in front of the provider: passes every byte through untouched and reports what the model answers.

import * as http from 'node:http'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import * as https from 'node:https'
import type { Socket } from 'node:net'
import { listenOnLoopback } from '../http/loopback.ts'
import { asFields, type Fields, listOf, stringOf } from './messages.ts'
import { createCopyDecoder } from './wire-copy.ts'
import { createAnswerReader, type WireAnswer } from './wire-message.ts'

/** One request of the CLI to the model. */
export type WireRequest = {
  /** Counts up from 1. */
  exchange: number
  /** Null for the main loop, else the subagent's id: subagents send tools and `x-claude-code-agent-id` (measured). */
  agentId: string | null
  /** The CLI's session, which it names in each request. */
  sessionId: string | null
  model: string
  tools: string[]
  /** From the CLI's user agent; empty where it has none. */
  claudeVersion: string
}

export type WireEvent =
  | ({ type: 'request' } & WireRequest)
  | (WireAnswer & { exchange: number; agentId: string | null })
  /** The answer ended before it was complete, on either side; or there was none. */
  | { type: 'cut'; exchange: number; agentId: string | null }

export type WireTee = {
  /** What the CLI gets as ANTHROPIC_BASE_URL. */
  url: string
  /** Takes over from the one before; null to hear nothing. */
  listen(onEvent: ((event: WireEvent) => void) | null): void
  close(): Promise<void>
}

/** A larger request is passed on like any other, but not looked into. */
const REQUEST_COPY_BYTES = 64 * 1024 * 1024
/** The CLI keeps its connections; one that is closed under a request would be an error to it. */
const KEEP_ALIVE_MS = 30 * 60_000
const NO_TIMEOUT = 0

/**
 * Starts a proxy of its own for one CLI. Nothing is added, removed or changed, but for the Host header, which names
 * the provider. An upstream that can't be reached or dies in the middle is a connection that ends, as it would be without it.
 *
 * @param upstream the provider's base URL, with or without a path
 * @throws TypeError when it is no URL; Error when no port can be opened
 */
export async function startWireTee(upstream: string): Promise<WireTee> {
  const base = new URL(upstream)
  const path = base.pathname.replace(/\/+$/, '')
  const protocol = base.protocol === 'https:' ? https : http
  // A TLS handshake a request would be felt; a loopback connection is not.
  const agent = new protocol.Agent({ keepAlive: base.protocol === 'https:' })
  let hear: ((event: WireEvent) => void) | null = null
  let exchanges = 0
  const sockets = new Set<Socket>()

  const server = createServer((request, response) => {
    request.socket.setNoDelay(true)
    const watch = isMessages(request) ? watchExchange(request, ++exchanges, (event) => hear?.(event)) : null
    forward(request, response, watch)
  })
  server.requestTimeout = NO_TIMEOUT
  server.headersTimeout = NO_TIMEOUT
  server.keepAliveTimeout = KEEP_ALIVE_MS
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })

  function forward(request: IncomingMessage, response: ServerResponse, watch: ExchangeWatch | null) {
    const outgoing = protocol.request({
      agent,
      method: request.method ?? 'GET',
      hostname: base.hostname.replace(/^\[|\]$/g, ''),
      port: base.port,
      path: path + (request.url ?? '/'),
      headers: withHost(request.rawHeaders, base.host),
    })
    outgoing.setNoDelay(true)
    const cut = () => {
      watch?.cut()
      outgoing.destroy()
      response.destroy()
    }
    request.on('data', (chunk: Buffer) => watch?.sent(chunk))
    request.pipe(outgoing)
    request.once('end', () => watch?.allSent())
    request.once('error', cut)
    response.once('close', () => response.writableFinished || cut())
    outgoing.once('error', cut)
    outgoing.once('response', (incoming) => {
      response.writeHead(incoming.statusCode ?? 502, incoming.statusMessage, incoming.rawHeaders)
      response.flushHeaders()
      watch?.answers(incoming)
      incoming.on('data', (chunk: Buffer) => watch?.received(chunk))
      incoming.pipe(response)
      incoming.once('end', () => watch?.allReceived())
      incoming.once('aborted', cut)
      incoming.once('error', cut)
    })
  }

  const { url } = await listenOnLoopback(server)
  return {
    url,
    listen(onEvent) {
      hear = onEvent
    },
    close() {
      hear = null
      agent.destroy()
      return new Promise((closed) => {
        server.close(() => closed())
        for (const socket of sockets) socket.destroy()
      })
    },
  }
}

function isMessages({ method, url }: IncomingMessage): boolean {
  return method === 'POST' && (url ?? '').split('?', 1)[0] === '/v1/messages'
}

/** The headers as they came, in their order and spelling; only the host is another. */
function withHost(raw: readonly string[], host: string): string[] {
  return raw.map((value, index) =>
    raw[index - 1]?.toLowerCase() === 'host' && index % 2 === 1 ? host : value,
  )
}

type ExchangeWatch = ReturnType<typeof watchExchange>

/** Looks at copies of one exchange. Nothing here can hold up or change what passes. */
function watchExchange(request: IncomingMessage, exchange: number, onEvent: (event: WireEvent) => void) {
  const agent = request.headers['x-claude-code-agent-id']
  const agentId = typeof agent === 'string' ? agent : null
  const session = request.headers['x-claude-code-session-id']
  const sessionId = typeof session === 'string' ? session : null
  let body: Buffer[] | null = []
  let bodyBytes = 0
  /** Whether it is of an agent's loop: side requests, such as titles, carry no tools. */
  let isLoop: boolean | null = null
  let over = false
  let decoder: ReturnType<typeof createCopyDecoder> = null

  function judge() {
    if (isLoop !== null) return isLoop
    const fields = body === null ? {} : parse(Buffer.concat(body).toString('utf8'))
    body = null
    const tools = listOf(fields, 'tools').flatMap((tool) => stringOf(asFields(tool) ?? {}, 'name') ?? [])
    isLoop = tools.length > 0
    const model = stringOf(fields, 'model') ?? ''
    const claudeVersion = /claude-cli\/(\S+)/.exec(request.headers['user-agent'] ?? '')?.[1] ?? ''
    if (isLoop) onEvent({ type: 'request', exchange, agentId, sessionId, model, tools, claudeVersion })
    return isLoop
  }

  return {
    sent(chunk: Buffer) {
      bodyBytes += chunk.length
      if (bodyBytes > REQUEST_COPY_BYTES) body = null
      body?.push(chunk)
    },
    /** Parsed when the request is on its way, so that it waits for nothing. */
    allSent: () => void setImmediate(judge),
    answers({ statusCode = 0, headers }: IncomingMessage) {
      if (!judge()) return
      const reader = createAnswerReader(statusCode, headers['content-type'] ?? '', (answer) => {
        onEvent({ ...answer, exchange, agentId })
      })
      decoder = createCopyDecoder(headers['content-encoding'], reader.feed, reader.end)
    },
    received: (chunk: Buffer) => decoder?.feed(chunk),
    allReceived() {
      over = true
      decoder?.end()
    },
    cut() {
      if (over) return
      over = true
      decoder?.destroy()
      if (judge()) onEvent({ type: 'cut', exchange, agentId })
    },
  }
}

function parse(text: string): Fields {
  try {
    return asFields(JSON.parse(text)) ?? {}
  } catch {
    return {}
  }
}
