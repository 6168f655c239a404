// Remembers conversations with their tool cycles, which the client never sees, for the day they have to be seeded.
import type { GatewayHistoriesTable } from '../../db/gateway-histories.ts'
import { retryWhileBusy } from '../auth/retry-while-busy.ts'
import type { CanonicalMessage } from './canonical.ts'

export type Histories = ReturnType<typeof createHistories>

export function createHistories(table: GatewayHistoriesTable) {
  return {
    /**
     * Keeps what a turn has added.
     *
     * @param parent the fingerprint of the history before it, where that is kept
     * @param messages what it added; the whole where there is no parent
     */
    async keep(entry: {
      fingerprint: string
      parent: string | null
      sessionId: string
      messages: readonly CanonicalMessage[]
    }): Promise<void> {
      const { fingerprint, parent, sessionId } = entry
      const row = { fingerprint, parent, session_id: sessionId, messages: JSON.stringify(entry.messages) }
      await retryWhileBusy(() => table.add({ ...row, created_at: new Date().toISOString() }))
    },

    /**
     * The history of a request with the tool cycles that are known of its beginning.
     *
     * @param fingerprints of every beginning, the empty one first
     * @returns `isWhole` where nothing of it had to be taken from the client
     */
    recall(
      fingerprints: readonly string[],
      history: readonly CanonicalMessage[],
    ): { messages: CanonicalMessage[]; isWhole: boolean } {
      for (let known = history.length; known > 0; known--) {
        const messages = chain(fingerprints[known] ?? '')
        if (messages) {
          return { messages: [...messages, ...history.slice(known)], isWhole: known === history.length }
        }
      }
      return { messages: [...history], isWhole: false }
    },
  }

  /** Null where a link is no longer kept. */
  function chain(fingerprint: string): CanonicalMessage[] | null {
    const parts: CanonicalMessage[][] = []
    for (let next: string | null = fingerprint; next !== null; ) {
      const row = table.byFingerprint(next)
      if (!row) return null
      parts.push(JSON.parse(row.messages) as CanonicalMessage[])
      next = row.parent
    }
    return parts.reverse().flat()
  }
}
