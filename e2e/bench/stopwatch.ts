// A loopback proxy in front of the scripted model that notes how long the model itself worked.
import { createServer, request as httpRequest } from 'node:http'
import { closeNow, listenOnLoopback } from '../../server/http/loopback.ts'
import { now } from './subscriber.ts'

export type Stopwatch = {
  /** What the CLI gets as ANTHROPIC_BASE_URL. */
  url: string
  /**
   * Forgets what was noted before.
   * @returns milliseconds from the arrival of the first request of a main loop to the end of its last answer
   */
  lap(): number
  close(): Promise<void>
}

/** Title requests and the like run beside a turn: only requests that offer tools are the turn's own. */
const OFFERS_TOOLS = '"input_schema"'

export async function startStopwatch(upstream: string): Promise<Stopwatch> {
  const base = new URL(upstream)
  let first = Number.POSITIVE_INFINITY
  let last = Number.NEGATIVE_INFINITY
  const server = createServer((incoming, outgoing) => {
    const arrived = now()
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.once('end', () => {
      const body = Buffer.concat(chunks)
      const counts = body.includes(OFFERS_TOOLS)
      if (counts) first = Math.min(first, arrived)
      const { method, url: path, headers } = incoming
      const passed = httpRequest(
        { host: base.hostname, port: base.port, method, path, headers },
        (answer) => {
          outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
          answer.pipe(outgoing)
          answer.once('end', () => {
            if (counts) last = Math.max(last, now())
          })
        },
      )
      passed.once('error', () => outgoing.destroy())
      passed.end(body)
    })
  })
  const { url } = await listenOnLoopback(server)
  return {
    url,
    lap() {
      const worked = last - first
      first = Number.POSITIVE_INFINITY
      last = Number.NEGATIVE_INFINITY
      if (!(worked >= 0)) throw new Error('The model was not asked')
      return worked
    },
    close: () => closeNow(server),
  }
}
