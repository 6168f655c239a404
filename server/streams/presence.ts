// Who watches which session at this moment.

export type Presence = {
  /**
   * An operator begins to watch.
   * @param onChange gets the names of all who watch, sorted, now and at each change
   * @returns a function for when they leave
   */
  enter(sessionId: string, operator: string, onChange: (watching: string[]) => void): () => void
}

export function createPresence(): Presence {
  const sessions = new Map<string, Set<{ operator: string; onChange: (watching: string[]) => void }>>()

  function tell(sessionId: string) {
    const watchers = sessions.get(sessionId) ?? new Set()
    const names = [...new Set([...watchers].map(({ operator }) => operator))].sort()
    for (const { onChange } of watchers) onChange(names)
  }

  return {
    enter(sessionId, operator, onChange) {
      const watcher = { operator, onChange }
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
