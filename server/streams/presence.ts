// Who watches which session at this moment.

export type Presence = {
  /**
   * An operator begins to watch.
   * @param onChange gets the names of all who watch, sorted, now and at each change
   * @returns a function for when they leave
   */
  enter(sessionId: string, operator: string, onChange?: (watching: string[]) => void): () => void
  /** The names of all who watch, sorted. */
  of(sessionId: string): string[]
}

export function createPresence(): Presence {
  const sessions = new Map<string, Set<{ operator: string; onChange?: (watching: string[]) => void }>>()

  const of = (sessionId: string) =>
    [...new Set([...(sessions.get(sessionId) ?? [])].map(({ operator }) => operator))].sort()

  function tell(sessionId: string) {
    const names = of(sessionId)
    for (const { onChange } of sessions.get(sessionId) ?? []) onChange?.(names)
  }

  return {
    of,
    enter(sessionId, operator, onChange) {
      const watcher = { operator, ...(onChange ? { onChange } : {}) }
      const watchers = sessions.get(sessionId) ?? new Set()
      sessions.set(sessionId, watchers.add(watcher))
      tell(sessionId)
      return () => {
        watchers.delete(watcher)
        if (watchers.size === 0) sessions.delete(sessionId)
        tell(sessionId)
      }
    },
  }
}
