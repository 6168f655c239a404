// The scripted model's HTTP below the Messages API: bodies in, JSON and errors of the API's shape out.
import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'

/** A larger body is read to its end, so that the client gets an answer, and not kept. */
const BODY_BYTES = 64 * 1024 * 1024

/** The request's body; null when it is larger than BODY_BYTES. */
export async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue
    bytes += chunk.length
    if (bytes <= BODY_BYTES) chunks.push(chunk)
  }
  return bytes > BODY_BYTES ? null : Buffer.concat(chunks).toString('utf8')
}

/** Undefined where `text` is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Record<string, string> = {},
): void {
  response
    .writeHead(status, { 'content-type': 'application/json', 'request-id': requestId(), ...headers })
    .end(JSON.stringify(body))
}

/** An error in the shape of the Messages API. */
export function sendError(
  response: ServerResponse,
  status: number,
  type: string,
  message: string,
  headers: Record<string, string> = {},
): void {
  sendJson(response, status, { type: 'error', error: { type, message } }, headers)
}

export const requestId = () => `req_drill_${randomBytes(9).toString('hex')}`
