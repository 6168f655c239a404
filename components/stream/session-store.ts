import type { RecordSnapshot } from '../../lib/block-types.ts'
import { createRecordView } from '../../lib/blocks.ts'
import type { StreamClient } from './client.ts'
import type { ConnectionState } from './protocol.ts'

/** Text that is being written is drawn at most this often. */
const PARTIAL_INTERVAL_MS = 100
/** While an old record is replayed, it is drawn in steps. */
const REPLAY_INTERVAL_MS = 150
/** A difference of clocks below this is taken for delay. */
const CLOCK_TOLERANCE_MS = 1500

export type SessionState = {
  record: RecordSnapshot
  connection: ConnectionState
  watching: readonly string[]
  /** After a reconnection: how many events were missed meanwhile. */
  caught_up: { count: number; at: number } | null
  /** What the reader's clock is ahead of the server's, in milliseconds. */
  clock_ahead: number
}

export const EMPTY_SESSION: SessionState = {
  record: createRecordView().snapshot(),
  connection: { name: 'connecting' },
  watching: [],
  caught_up: null,
  clock_ahead: 0,
}

/**
 * One session as a tab sees it, for useSyncExternalStore. It listens while it has subscribers, and keeps what it has
 * read, so that a second look begins with what is known.
 */
export function createSessionStore(id: string, client: StreamClient) {
  const view = createRecordView()
  const subscribers = new Set<() => void>()
  let state: SessionState = { ...EMPTY_SESSION, connection: client.state() }
  let stop: (() => void) | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  let frame = 0
  let drawnAt = 0
  /** Events read since the connection was lost; null while it was not. */
  let missed: number | null = null

  function set(fields: Partial<SessionState>): void {
    state = { ...state, ...fields }
    for (const subscriber of subscribers) subscriber()
  }

  function draw(): void {
    clearTimeout(timer)
    cancelAnimationFrame(frame)
    timer = undefined
    frame = 0
    drawnAt = performance.now()
    const record = view.snapshot()
    if (record !== state.record) set({ record })
  }

  function drawSoon(wait: number): void {
    if (frame !== 0) return
    if (wait > 0) {
      timer ??= setTimeout(draw, Math.max(0, drawnAt + wait - performance.now()))
      return
    }
    // A hidden tab gets no animation frames, and must not hold the record back.
    clearTimeout(timer)
    timer = undefined
    if (document.visibilityState === 'hidden') timer = setTimeout(draw, 0)
    else frame = requestAnimationFrame(draw)
  }

  function onFrames(
    frames: Parameters<NonNullable<Parameters<StreamClient['listen']>[0]['onFrames']>>[0],
  ): void {
    for (const each of frames) {
      if (!('session' in each) || each.session !== id) continue
      if ('watching' in each) {
        set({ watching: each.watching })
        continue
      }
      const { event } = each
      const replaying = !state.record.caught_up
      const changed = view.apply(event)
      if (event.kind === 'caught-up') {
        if (missed !== null) set({ caught_up: { count: missed, at: Date.now() } })
        missed = null
        drawSoon(0)
      } else if (changed && event.seq === undefined) drawSoon(PARTIAL_INTERVAL_MS)
      else if (changed) {
        if (missed !== null) missed += 1
        else if (!replaying) setClock(event.at)
        drawSoon(replaying ? REPLAY_INTERVAL_MS : 0)
      }
    }
  }

  function setClock(at: string): void {
    const ahead = Date.now() - Date.parse(at)
    const known = Math.abs(ahead) < CLOCK_TOLERANCE_MS ? 0 : ahead
    if (Math.abs(known - state.clock_ahead) > CLOCK_TOLERANCE_MS) state = { ...state, clock_ahead: known }
  }

  function onState(connection: ConnectionState): void {
    if (connection.name === 'reconnecting' && state.record.caught_up) missed ??= 0
    set({ connection })
  }

  return {
    subscribe(subscriber: () => void): () => void {
      subscribers.add(subscriber)
      if (!stop) {
        const stopListening = client.listen({ onFrames, onState })
        const stopWanting = client.want(id, () => view.snapshot().head_seq)
        stop = () => {
          stopListening()
          stopWanting()
        }
        if (client.state() !== state.connection) set({ connection: client.state() })
      }
      return () => {
        subscribers.delete(subscriber)
        if (subscribers.size > 0) return
        stop?.()
        stop = null
      }
    },
    get: (): SessionState => state,
    /** The record itself, for the raw view. */
    events: () => view.events(),
  }
}

export type SessionStore = ReturnType<typeof createSessionStore>
