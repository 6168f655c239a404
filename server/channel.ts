// Tells subscribers what was committed: one channel a session, and one for the lists.
import type { StreamEvent } from '../lib/events.ts'

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
