// Limits of the HTTP server: slow, large, many and malformed.
import type { Server, ServerOptions, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Problem } from '../../lib/api.ts'
import { problem } from '../http/problem.ts'

/** Live streams included, of which `auth.watch` has caps of its own. */
const SOCKETS_IN_ALL = 6000
const HEADERS_MAX = 100
/** A client that takes nothing for this long of what waits for it is dropped; a stream goes on where it was when it comes back. */
const STALLED_MS = 25_000

/** Options for `http.createServer`. Answers have no time-out: streams live for hours. */
export const SERVER_OPTIONS = {
  maxHeaderSize: 32 * 1024,
  headersTimeout: 10_000,
  requestTimeout: 60_000,
  keepAliveTimeout: 10_000,
  connectionsCheckingInterval: 2_000,
  insecureHTTPParser: false,
  requireHostHeader: true,
  joinDuplicateHeaders: false,
  noDelay: true,
} as const satisfies ServerOptions

/**
 * Sets the limits that are no options, and answers what Node refuses to parse.
 * Call it before `listen`, and give Next an `httpServer` that isn't this one.
 *
 * @throws Error, from then on, when somebody listens for `upgrade`
 */
export function limitServer(server: Server): void {
  server.maxConnections = SOCKETS_IN_ALL
  server.maxHeadersCount = HEADERS_MAX
  server.on('clientError', answerMalformed)
  server.on('newListener', (event) => {
    // Next listens for upgrades on the server that it knows: on a listener such requests pass by every check.
    if (event === 'upgrade')
      throw new Error('Upgrades would pass by the front door: give Next an httpServer of its own')
  })
}

/**
 * For a server that closes: ends the connections on which nothing is answered. A browser opens some to have them; Node takes
 * one on which nobody has asked anything yet for a busy one.
 *
 * @returns what ends those that are quiet now
 */
export function watchQuiet(server: Server): () => void {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  return () => {
    server.closeIdleConnections()
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy()
  }
}

/**
 * Ends the connection of a client that no longer reads. Only here can that be done: whoever writes into the answer waits
 * for the client, also with the news that nobody waits for it any more.
 *
 * @param stalledMs other than the console's own in tests
 */
export function dropWhenStalled(response: ServerResponse, stalledMs = STALLED_MS): void {
  // Called when nothing was read or written for so long, which is nothing odd where nothing waits.
  response.setTimeout(stalledMs, () => {
    if (response.socket && response.socket.writableLength > 0) response.socket.destroy()
  })
}

/** Answers a request that was refused before any route saw it, and closes its connection. */
export function writeProblem(response: ServerResponse, body: Problem): void {
  const isGateway = response.req.url?.startsWith('/v1/') ?? false
  const text = JSON.stringify(isGateway ? asApiError(body) : body)
  response.writeHead(body.status, {
    'content-type': `application/${isGateway ? 'json' : 'problem+json'}; charset=utf-8`,
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    connection: 'close',
  })
  response.end(text)
  // What a body still brings is taken in and forgotten, else the client might be cut off before it reads the answer.
  response.req.resume()
}

/** Clients of the gateway know errors of the Messages API only. */
function asApiError({ status, detail }: Problem) {
  const type =
    status === 413 ? 'request_too_large' : status === 503 ? 'overloaded_error' : 'invalid_request_error'
  return { type: 'error', error: { type, message: detail } }
}

function answerMalformed(error: NodeJS.ErrnoException, socket: Socket) {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const status =
    error.code === 'HPE_HEADER_OVERFLOW' ? 431 : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400
  const body = problem(
    status,
    'bad_request',
    'The request is no well-formed HTTP/1.1, or did not come in time',
  )
  const text = JSON.stringify(body)
  socket.end(
    [
      `HTTP/1.1 ${status} ${body.title}`,
      'content-type: application/problem+json; charset=utf-8',
      `content-length: ${Buffer.byteLength(text)}`,
      'cache-control: no-store',
      'connection: close',
      '',
      text,
    ].join('\r\n'),
  )
}
