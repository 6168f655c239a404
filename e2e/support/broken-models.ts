// Models that fail, each in its own way, on loopback: for tests of the provider ladder.
import { createServer } from 'node:http'
import { freePort } from './console.ts'

export type BrokenModel = { url: string; close(): Promise<void> }

/** Nothing listens there. */
export async function refusing(): Promise<string> {
  return `http://127.0.0.1:${await freePort()}`
}

/** Takes every request and never answers one. */
export function startHanging(): Promise<BrokenModel> {
  return start(() => undefined)
}

/** Answers a probe well, and every prompt with an error. */
export function startAnswering(status: number, type: string, message: string): Promise<BrokenModel> {
  const body = JSON.stringify({ type: 'error', error: { type, message } })
  return start((method, answer) => {
    if (method === 'HEAD') answer(200, '')
    else answer(status, body)
  })
}

type Respond = (method: string, answer: (status: number, body: string) => void) => void

async function start(respond: Respond): Promise<BrokenModel> {
  const server = createServer((request, response) => {
    request.resume()
    request.once('end', () =>
      respond(request.method ?? '', (status, body) => {
        response.writeHead(status, { 'content-type': 'application/json' }).end(body)
      }),
    )
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed())
        server.closeAllConnections()
      }),
  }
}
