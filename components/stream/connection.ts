import { createSseParser } from './sse-parser.ts'

/** The server writes a comment every 15 s: after this long without a byte the connection is dead. */
const SILENCE_MS = 40_000
const BACKOFF_FIRST_MS = 300
const BACKOFF_MAX_MS = 10_000
/** A connection that held this long counts as a good one: the next failure starts the back-off anew. */
const STEADY_MS = 3000

export type LinkState =
  | { name: 'connecting' }
  | { name: 'live' }
  /** `attempt` is the one to come, from 1; `next_at` when it is made, epoch milliseconds. */
  | { name: 'waiting'; attempt: number; next_at: number }
  | { name: 'signed_out' }

/**
 * One long answer of the server, asked for again whenever it breaks off.
 * Contract: `onBatch` gets the data of all frames that one read brought, in order.
 */
export function createConnection(options: {
  url: () => string
  onBatch: (data: string[]) => void
  onState: (state: LinkState) => void
  fetch?: typeof fetch
  silenceMs?: number
  backoffFirstMs?: number
}) {
  const ask = options.fetch ?? fetch.bind(globalThis)
  const silenceMs = options.silenceMs ?? SILENCE_MS
  const firstMs = options.backoffFirstMs ?? BACKOFF_FIRST_MS
  let current: AbortController | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  let failures = 0
  let state: LinkState = { name: 'connecting' }
  let closed = false

  function tell(next: LinkState): void {
    state = next
    options.onState(next)
  }

  /** Opens a new answer beside the one that runs, and lets the old one go only when the new one has begun. */
  function open(): void {
    if (closed) return
    clearTimeout(timer)
    const previous = current
    const mine = new AbortController()
    current = mine
    void read(mine, previous).catch(() => lost(mine))
  }

  async function read(mine: AbortController, previous: AbortController | null): Promise<void> {
    let watchdog = setTimeout(() => mine.abort(), silenceMs)
    let steady: ReturnType<typeof setTimeout> | undefined
    try {
      const response = await ask(options.url(), {
        headers: { accept: 'text/event-stream' },
        credentials: 'same-origin',
        cache: 'no-store',
        signal: mine.signal,
      })
      previous?.abort()
      if (mine !== current) return mine.abort()
      if (response.status === 401) {
        current = null
        tell({ name: 'signed_out' })
        return
      }
      if (!response.ok || !response.body) throw new Error(`The stream answered ${response.status}`)
      if (state.name !== 'live') tell({ name: 'live' })
      steady = setTimeout(() => {
        failures = 0
      }, STEADY_MS)
      const batch: string[] = []
      const parser = createSseParser({ onData: (data) => batch.push(data) })
      const decoder = new TextDecoder()
      const reader = response.body.getReader()
      for (;;) {
        const { done, value } = await reader.read()
        if (done || mine !== current) break
        clearTimeout(watchdog)
        watchdog = setTimeout(() => mine.abort(), silenceMs)
        parser.feed(decoder.decode(value, { stream: true }))
        if (batch.length > 0) options.onBatch(batch.splice(0))
      }
      lost(mine)
    } finally {
      previous?.abort()
      clearTimeout(watchdog)
      clearTimeout(steady)
      mine.abort()
    }
  }

  function lost(mine: AbortController): void {
    if (mine !== current || closed) return
    current = null
    failures += 1
    const wait = Math.min(BACKOFF_MAX_MS, firstMs * 2 ** (failures - 1)) * (0.5 + Math.random() / 2)
    tell({ name: 'waiting', attempt: failures, next_at: Date.now() + wait })
    timer = setTimeout(open, wait)
  }

  return {
    /** Begins, or asks anew because what is wanted has changed. Does nothing while signed out. */
    request(): void {
      if (state.name !== 'signed_out' && state.name !== 'waiting') open()
    },
    /** Tries at once where it waits or has given up: the network is back, or somebody has signed in. */
    retry(): void {
      if (state.name !== 'waiting' && state.name !== 'signed_out') return
      tell({ name: 'connecting' })
      open()
    },
    close(): void {
      closed = true
      clearTimeout(timer)
      current?.abort()
    },
  }
}
