import type { SharedFrame } from '../../lib/api.ts'
import { createHub } from './hub.ts'
import { type ConnectionState, type HubMessage, PROTOCOL_VERSION, type TabMessage } from './protocol.ts'

const BEAT_MS = 25_000

type Listener = {
  onFrames?: (frames: SharedFrame[]) => void
  onState?: (state: ConnectionState) => void
}

/**
 * This tab's end of the shared stream. The worker holds the connection; where there is no SharedWorker, or where it
 * can't be loaded, the same hub runs in the tab.
 */
function createStreamClient(connect: (take: (message: HubMessage) => void) => (message: TabMessage) => void) {
  const listeners = new Set<Listener>()
  /** What this tab wants, and from which seq it would want it now. */
  const wants = new Map<string, () => number>()
  const terminals = new Map<string, number>()
  let state: ConnectionState = { name: 'connecting' }
  const send = connect(take)

  function take(message: HubMessage): void {
    if (message.type === 'frames') for (const listener of [...listeners]) listener.onFrames?.(message.frames)
    else if (message.type === 'state') {
      state = message.state
      for (const listener of [...listeners]) listener.onState?.(state)
    } else wantAll()
  }

  function wantAll(): void {
    for (const [session, after] of wants) send({ type: 'want', session, after: after() })
    for (const terminal of terminals.keys()) send({ type: 'want-terminal', terminal })
  }

  addEventListener('pagehide', () => send({ type: 'bye' }))
  addEventListener('pageshow', (event) => event.persisted && wantAll())
  addEventListener('online', () => send({ type: 'retry' }))
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible' && state.name === 'reconnecting') send({ type: 'retry' })
  })
  setInterval(() => send({ type: 'beat' }), BEAT_MS)

  return {
    listen(listener: Listener): () => void {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    /** @param after tells the last seq seen, asked whenever the tab has to say again what it wants */
    want(session: string, after: () => number): () => void {
      wants.set(session, after)
      send({ type: 'want', session, after: after() })
      return () => {
        wants.delete(session)
        send({ type: 'drop', session })
      }
    },
    /** Its frames come to every listener; where they go on from is told by an `attached` or a `snapshot`. */
    wantTerminal(terminal: string): () => void {
      terminals.set(terminal, (terminals.get(terminal) ?? 0) + 1)
      send({ type: 'want-terminal', terminal })
      return () => {
        const left = (terminals.get(terminal) ?? 1) - 1
        if (left > 0) return void terminals.set(terminal, left)
        terminals.delete(terminal)
        send({ type: 'drop-terminal', terminal })
      }
    },
    state: () => state,
    retry: () => send({ type: 'retry' }),
  }
}

export type StreamClient = ReturnType<typeof createStreamClient>
let client: StreamClient | undefined

/** The tab's one client, made when it is first asked for. Browser only. */
export function getStreamClient(): StreamClient {
  client ??= createStreamClient(connectToWorker)
  return client
}

function connectToWorker(take: (message: HubMessage) => void): (message: TabMessage) => void {
  let send: ((message: TabMessage) => void) | null = null
  const waiting: TabMessage[] = []
  const runHere = () => {
    send = createHub().connect(take)
    for (const message of waiting.splice(0)) send(message)
  }
  if (typeof SharedWorker === 'undefined') {
    runHere()
    return (message) => send?.(message)
  }
  try {
    const worker = new SharedWorker('/stream-worker.js', { name: `breakglass-${PROTOCOL_VERSION}` })
    // Until its first word it may still turn out that the worker can't be loaded; then what was asked of it is repeated.
    let alive = false
    worker.port.onmessage = ({ data }: MessageEvent<HubMessage>) => {
      alive = true
      waiting.length = 0
      take(data)
    }
    worker.onerror = () => {
      if (!alive && !send) runHere()
    }
    return (message) => {
      if (send) return send(message)
      if (!alive) waiting.push(message)
      worker.port.postMessage(message)
    }
  } catch {
    runHere()
    return (message) => send?.(message)
  }
}
