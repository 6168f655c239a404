// The short way of a keystroke: past Next, which takes 3 ms for a request (measured), past nothing else.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { runRoute } from '../http/route.ts'
import { typeInTerminal } from '../http/type-in-terminal.ts'
import type { Runtime } from '../runtime.ts'

const PATH = /^\/api\/terminals\/([0-9a-f-]{36})\/input$/
/** What hands type at once; what is pasted, or sent without a length, can go the long way. */
const BODY_MAX_BYTES = 4 * 1024

/**
 * Answers the request as its route in app/ does, by the same function. Call it for requests that were admitted.
 * @returns null where it is another request
 */
export function takeKeystroke(
  request: IncomingMessage,
  response: ServerResponse,
  runtime: Runtime,
): Promise<void> | null {
  const { method, url = '', headers } = request
  const id = PATH.exec(url)?.[1]
  const isShort = Number(headers['content-length']) <= BODY_MAX_BYTES
  return method === 'POST' && id && isShort ? answer(request, response, runtime, id) : null
}

async function answer(request: IncomingMessage, response: ServerResponse, runtime: Runtime, id: string) {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of request) chunks.push(chunk)
  } catch {
    return // whoever asked has gone
  }
  const asked = new Request(`http://${request.headers.host}${request.url}`, {
    method: 'POST',
    headers: Object.entries(request.headers).map(([name, value]): [string, string] => [name, String(value)]),
    body: Buffer.concat(chunks),
  })
  const params = Promise.resolve({ id })
  const answered = await runRoute(runtime, typeInTerminal.spec, typeInTerminal.handler, asked, { params })
  response.writeHead(answered.status, Object.fromEntries(answered.headers)).end(await answered.text())
}
