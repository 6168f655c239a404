import type { EventPage, SharedFrame } from '../../lib/api.ts'
import type { RecordedEvent } from '../../lib/events.ts'
import { createLiveTails, type LiveTails } from '../../lib/live-tails.ts'
import { createBuffer } from './buffer.ts'
import { createConnection, type LinkState } from './connection.ts'
import type { ConnectionState, HubMessage, TabMessage } from './protocol.ts'
import { createTerminalRelay } from './terminal-relay.ts'

const DEBOUNCE_MS = 30
/** After so many failed tries in a row the page says that it is offline. */
const OFFLINE_AFTER = 4
/** A tab that has given no sign of life for this long has crashed; background tabs may beat once a minute only. */
const TAB_SILENCE_MS = 4 * 60_000
const PAGE_EVENTS = 1000

type Tab = {
  send: (message: HubMessage) => void
  sessions: Set<string>
  terminals: Set<string>
  last_beat: number
}
type Entry = {
  tabs: Set<Tab>
  buffer: ReturnType<typeof createBuffer>
  tails: LiveTails
  watching: string[]
  /** Whether the tabs wait for word that the replay is over. */
  awaiting: boolean
}

/**
 * Holds one connection for many tabs: asks for what all of them want, gives each what it has not seen.
 * Lives in the shared worker, or in the tab itself where there is none.
 */
export function createHub(options: { base?: string; fetch?: typeof fetch; backoffFirstMs?: number } = {}) {
  const base = options.base ?? ''
  const ask = options.fetch ?? fetch.bind(globalThis)
  const tabs = new Set<Tab>()
  const sessions = new Map<string, Entry>()
  const terminals = createTerminalRelay<Tab>((tab, frame) => tab.send({ type: 'frames', frames: [frame] }))
  let server: string | null = null
  let state: ConnectionState = { name: 'connecting' }
  let lastAt: number | null = null
  let asking: ReturnType<typeof setTimeout> | undefined
  let asked: string | null = null

  const connection = createConnection({
    url,
    onBatch,
    onState,
    ...(options.fetch ? { fetch: options.fetch } : {}),
    ...(options.backoffFirstMs === undefined ? {} : { backoffFirstMs: options.backoffFirstMs }),
  })

  function url(): string {
    const at = [...sessions].map(([id, entry]) => `at=${encodeURIComponent(id)}:${entry.buffer.last()}`)
    const query = [...at, ...terminals.query()]
    asked = wanted()
    return `${base}/api/stream${query.length > 0 ? `?${query.join('&')}` : ''}`
  }

  function wanted(): string {
    return [...sessions.keys(), ...terminals.ids()].sort().join(' ')
  }

  function requestSoon(): void {
    clearTimeout(asking)
    asking = setTimeout(() => {
      for (const [id, entry] of sessions) if (entry.tabs.size === 0) sessions.delete(id)
      terminals.tidy()
      if (tabs.size > 0 && asked !== wanted()) connection.request()
    }, DEBOUNCE_MS)
  }

  function onState(link: LinkState): void {
    if (link.name === 'live') tell({ name: 'live', restarted: false })
    else if (link.name === 'connecting') tell(state.name === 'reconnecting' ? state : { name: 'connecting' })
    else if (link.name === 'waiting') {
      for (const entry of sessions.values()) entry.awaiting = true
      const { attempt, next_at } = link
      tell({ name: 'reconnecting', offline: attempt > OFFLINE_AFTER, attempt, next_at, last_at: lastAt })
    } else {
      // Nothing that one login has read is kept for the next.
      for (const entry of sessions.values()) Object.assign(entry, { ...emptyEntry(), tabs: entry.tabs })
      terminals.reset()
      tell({ name: 'signed_out' })
    }
  }

  function tell(next: ConnectionState): void {
    state = next
    for (const tab of tabs) tab.send({ type: 'state', state })
  }

  function onBatch(batch: string[]): void {
    lastAt = Date.now()
    const outbox = new Map<Tab, SharedFrame[]>()
    for (const data of batch) {
      const frame = parse(data)
      if (frame)
        for (const tab of takeFrame(frame, data.length)) outbox.set(tab, [...(outbox.get(tab) ?? []), frame])
    }
    for (const [tab, frames] of outbox) tab.send({ type: 'frames', frames })
  }

  /** Keeps what has to be kept of a frame. @returns the tabs that want it */
  function takeFrame(frame: SharedFrame, size: number): Iterable<Tab> {
    if ('hello' in frame) {
      if (server !== null && server !== frame.hello.server) tell({ name: 'live', restarted: true })
      server = frame.hello.server
      return []
    }
    if ('changed' in frame) return tabs
    if ('terminal' in frame) return terminals.take(frame)
    const entry = sessions.get(frame.session)
    if (!entry) return []
    if ('watching' in frame) {
      entry.watching = frame.watching
      return entry.tabs
    }
    const { event } = frame
    entry.tails.take(event)
    if (event.kind === 'caught-up') {
      if (!entry.awaiting) return []
      entry.awaiting = false
      return entry.tabs
    }
    if (event.seq === undefined) return entry.awaiting ? [] : entry.tabs
    return entry.buffer.add(event, size) ? entry.tabs : []
  }

  async function want(tab: Tab, session: string, after: number): Promise<void> {
    tab.sessions.add(session)
    const known = sessions.get(session)
    if (!known) {
      sessions.set(session, { ...emptyEntry(), tabs: new Set([tab]) })
      requestSoon()
      return
    }
    if (known.buffer.after(after) === null) after = await replay(tab, session, after, known)
    const events = known.buffer.after(after)
    if (!events || !tab.sessions.has(session)) return
    // From here to the end nothing waits, so no event can slip between the buffer and what is live.
    const frames: SharedFrame[] = events.map((event) => ({ session, event }))
    frames.push({ session, watching: known.watching })
    if (!known.awaiting) {
      frames.push({ session, event: { kind: 'caught-up', seq: known.buffer.last() } })
      frames.push(...known.tails.list().map((event) => ({ session, event })))
    }
    tab.send({ type: 'frames', frames })
    known.tabs.add(tab)
    if (!sessions.has(session)) {
      known.awaiting = true
      sessions.set(session, known)
      requestSoon()
    }
  }

  /** Reads for one tab what the buffer has no longer, page by page, beside the stream. @returns how far it came */
  async function replay(tab: Tab, session: string, after: number, entry: Entry): Promise<number> {
    let seq = after
    while (tab.sessions.has(session) && entry.buffer.after(seq) === null) {
      const events = await readPage(session, seq)
      if (!events || events.length === 0) await new Promise((resolve) => setTimeout(resolve, 1000))
      else tab.send({ type: 'frames', frames: events.map((event) => ({ session, event })) })
      seq = events?.at(-1)?.seq ?? seq
    }
    return seq
  }

  async function readPage(session: string, after: number): Promise<RecordedEvent[] | null> {
    try {
      const path = `${base}/api/sessions/${encodeURIComponent(session)}/events?after=${after}&limit=${PAGE_EVENTS}`
      const response = await ask(path, {
        headers: { accept: 'application/json' },
        credentials: 'same-origin',
        cache: 'no-store',
      })
      return response.ok ? ((await response.json()) as EventPage).events : null
    } catch {
      return null
    }
  }

  function drop(tab: Tab, session: string): void {
    tab.sessions.delete(session)
    sessions.get(session)?.tabs.delete(tab)
    requestSoon()
  }

  function wantTerminal(tab: Tab, terminal: string): void {
    tab.terminals.add(terminal)
    if (terminals.want(tab, terminal)) requestSoon()
  }

  function dropTerminal(tab: Tab, terminal: string): void {
    tab.terminals.delete(terminal)
    terminals.drop(tab, terminal)
    requestSoon()
  }

  function forget(tab: Tab): void {
    tabs.delete(tab)
    for (const session of [...tab.sessions]) drop(tab, session)
    for (const terminal of [...tab.terminals]) dropTerminal(tab, terminal)
  }

  return {
    /** Takes a tab in. @returns what takes the tab's messages */
    connect(send: (message: HubMessage) => void): (message: TabMessage) => void {
      const tab: Tab = { send, sessions: new Set(), terminals: new Set(), last_beat: Date.now() }
      tabs.add(tab)
      for (const other of tabs) if (Date.now() - other.last_beat > TAB_SILENCE_MS) forget(other)
      requestSoon()
      send({ type: 'state', state })
      return (message) => {
        tab.last_beat = Date.now()
        if (message.type !== 'bye' && !tabs.has(tab)) {
          tabs.add(tab)
          if (message.type === 'beat') send({ type: 'forgotten' })
        }
        if (message.type === 'want') void want(tab, message.session, message.after)
        else if (message.type === 'drop') drop(tab, message.session)
        else if (message.type === 'want-terminal') wantTerminal(tab, message.terminal)
        else if (message.type === 'drop-terminal') dropTerminal(tab, message.terminal)
        else if (message.type === 'retry') connection.retry()
        else if (message.type === 'bye') forget(tab)
      }
    },
    retry: () => connection.retry(),
    close: () => connection.close(),
  }
}

function emptyEntry(): Entry {
  return { tabs: new Set(), buffer: createBuffer(), tails: createLiveTails(), watching: [], awaiting: true }
}

function parse(data: string): SharedFrame | null {
  try {
    const frame: unknown = JSON.parse(data)
    return typeof frame === 'object' && frame !== null ? (frame as SharedFrame) : null
  } catch {
    return null
  }
}
