// An SSE client that notes when each event arrived.
import type { StreamEvent } from '../../lib/events.ts'
import type { TestConsole } from '../support/console.ts'

/** @param at monotonic milliseconds, the same clock for all processes of the host */
export type Arrival = { event: StreamEvent; at: number }

export type Subscriber = {
  /** Waits for an event that arrived after this was called. @throws Error after `ms` */
  next(fits: (event: StreamEvent) => boolean, ms?: number): Promise<Arrival>
  close(): void
}

export function now(): number {
  return Number(process.hrtime.bigint()) / 1e6
}

/** Resolves when the client has caught up: what happens from then on comes live. */
export async function subscribe(test: TestConsole, sessionId: string): Promise<Subscriber> {
  const abort = new AbortController()
  const response = await fetch(`${test.url}/api/sessions/${sessionId}/events`, {
    headers: { authorization: `Bearer ${test.token}`, accept: 'text/event-stream' },
    signal: abort.signal,
  })
  if (!response.ok || !response.body) throw new Error(`The stream gave ${response.status}`)
  const listeners = new Set<(arrival: Arrival) => void>()
  void read(response.body, (arrival) => {
    for (const listener of listeners) listener(arrival)
  })

  const subscriber: Subscriber = {
    next(fits, ms = 60_000) {
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          listeners.delete(take)
          reject(new Error(`No such event within ${ms} ms: ${fits.toString()}`))
        }, ms)
        const take = (arrival: Arrival) => {
          if (!fits(arrival.event)) return
          clearTimeout(timer)
          listeners.delete(take)
          resolve(arrival)
        }
        listeners.add(take)
      })
    },
    close: () => abort.abort(),
  }
  await subscriber.next(({ kind }) => kind === 'caught-up')
  return subscriber
}

async function read(body: ReadableStream<Uint8Array>, arrived: (arrival: Arrival) => void) {
  const decoder = new TextDecoder()
  let rest = ''
  try {
    for await (const chunk of body) {
      const at = now()
      const frames = (rest + decoder.decode(chunk, { stream: true })).split('\n\n')
      rest = frames.pop() ?? ''
      for (const frame of frames) {
        const data = frame.split('\n').find((line) => line.startsWith('data: '))
        if (data) arrived({ event: JSON.parse(data.slice(6)) as StreamEvent, at })
      }
    }
  } catch {
    // Closed, by the client or with the console.
  }
}
