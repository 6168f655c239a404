// Tells subscribers what was committed: one channel a session, and one for the lists.
import type { PassingEvent, StreamEvent } from '../lib/events.ts'
import { createLiveTails, type LiveTails } from '../lib/live-tails.ts'

export type Listener = (events: readonly StreamEvent[]) => void

/** Publishing never waits: a listener that can't keep up falls back to reading the record. */
export type Channel = {
  publish(sessionId: string, events: readonly StreamEvent[]): void
  /** @returns a function that ends the subscription */
  subscribe(sessionId: string, listener: Listener): () => void
  /** Something that lists of sessions show has changed. */
  publishChange(): void
  subscribeChanges(listener: () => void): () => void
}

/** A channel for viewers, who come in the middle of things. */
export type ViewerChannel = Channel & {
  /** What the session's running commands have written so far, for who subscribes now. */
  tails(sessionId: string): PassingEvent[]
}

export function createViewerChannel(): ViewerChannel {
  const channel = createChannel()
  /** Of sessions in which a command runs. */
  const tails = new Map<string, LiveTails>()

  function keepTails(sessionId: string, events: readonly StreamEvent[]) {
    for (const event of events) {
      const isProgress =
        (event.kind === 'tool' && event.phase === 'progress') ||
        (event.kind === 'verb' && event.phase === 'output')
      const kept = tails.get(sessionId) ?? (isProgress ? createLiveTails() : null)
      if (!kept) continue
      kept.take(event)
      if (kept.list().length > 0) tails.set(sessionId, kept)
      else tails.delete(sessionId)
    }
  }

  return {
    ...channel,
    publish(sessionId, events) {
      keepTails(sessionId, events)
      channel.publish(sessionId, events)
    },
    tails: (sessionId) => tails.get(sessionId)?.list() ?? [],
  }
}

export function createChannel(): Channel {
  const sessions = new Map<string, Set<Listener>>()
  const changes = new Set<() => void>()
  return {
    publish(sessionId, events) {
      for (const listener of sessions.get(sessionId) ?? []) listener(events)
    },
    subscribe(sessionId, listener) {
      const listeners = sessions.get(sessionId) ?? new Set()
      sessions.set(sessionId, listeners.add(listener))
      return () => {
        listeners.delete(listener)
        if (listeners.size === 0 && sessions.get(sessionId) === listeners) sessions.delete(sessionId)
      }
    },
    publishChange() {
      for (const listener of changes) listener()
    },
    subscribeChanges(listener) {
      changes.add(listener)
      return () => void changes.delete(listener)
    },
  }
}
