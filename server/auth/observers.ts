// Who an observer's secret stands for: a viewer of one session, until the link expires or is revoked.
import type { Database } from '../../db/database.ts'
import { createObserversTable, type ObserverRow } from '../../db/observers.ts'
import type { EndReason, Identity } from './identity.ts'
import { hashSecret } from './secrets.ts'

export function createObservers(database: Database, now: () => number) {
  const table = createObserversTable(database)

  function whyEnded({ revoked_at, expires_at }: ObserverRow): EndReason | null {
    if (revoked_at !== null) return 'revoked'
    return Date.parse(expires_at) <= now() ? 'expired' : null
  }

  return {
    /** The identity behind a link's secret; null for none, and for one that is no longer good. */
    authenticate(secret: string | null): Identity | null {
      const row = secret ? table.byHash(hashSecret(secret)) : null
      if (!row || whyEnded(row)) return null
      const { session_id, label, expires_at } = row
      return {
        ...{ id: row.token_hash, via: 'observer', scope: 'console', csrf_token: null, stepped_up: false },
        operator: { id: row.id, name: observerName(label), role: 'viewer' },
        observer: { session_id, label, expires_at },
      }
    },

    /** @param hash of the link's secret */
    whyEnded(hash: string): EndReason | null {
      const row = table.byHash(hash)
      return row ? whyEnded(row) : 'revoked'
    },
  }
}

/** How presence and the record call an observer; no operator's name has a colon in it. */
export function observerName(label: string): string {
  return `observer: ${label}`
}
