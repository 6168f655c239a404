// The short way of what must be quick, a keystroke and a prompt: past Next, which takes 3 ms for a request (measured), past nothing else.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { RouteContext } from '../http/route.ts'
import { startTurn } from '../http/start-turn.ts'
import { typeInTerminal } from '../http/type-in-terminal.ts'

type Answer = (request: Request, context: RouteContext) => Promise<Response>

const ROUTES: readonly { path: RegExp; answer: Answer }[] = [
  { path: /^\/api\/terminals\/([0-9a-f-]{36})\/input$/, answer: typeInTerminal },
  { path: /^\/api\/sessions\/([0-9a-f-]{36})\/turns$/, answer: startTurn },
]
/** What hands type; what is pasted, or sent without a length, can go the long way. */
const BODY_MAX_BYTES = 4 * 1024

/**
 * Answers the request as its route in app/ does, by the same function. Call it for requests that were admitted.
 * @returns null where it is another request
 */
export function takeShortWay(request: IncomingMessage, response: ServerResponse): Promise<void> | null {
  const { method, url = '', headers } = request
  if (method !== 'POST' || !(Number(headers['content-length']) <= BODY_MAX_BYTES)) return null
  for (const { path, answer } of ROUTES) {
    const id = path.exec(url)?.[1]
    if (id) return send(request, response, answer, id)
  }
  return null
}

async function send(request: IncomingMessage, response: ServerResponse, answer: Answer, id: string) {
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
  const answered = await answer(asked, { params: Promise.resolve({ id }) })
  response.writeHead(answered.status, Object.fromEntries(answered.headers)).end(await answered.text())
}
