// Observer links of sessions: made, shown, opened and revoked, with each of that in the record.
import { randomUUID } from 'node:crypto'
import type { ObserverRow } from '../db/observers.ts'
import type { AddedObserver, AddObserver, ObserverPass, ObserverView } from '../lib/observer-api.ts'
import type { Auth, Visitor } from './auth/auth.ts'
import { observerName } from './auth/observers.ts'
import { hashSecret, newSecret } from './auth/secrets.ts'
import { HttpProblem } from './http/problem.ts'
import type { Recorder } from './recorder.ts'
import type { Tables } from './tables.ts'
import { findSession } from './turn-refusals.ts'

/** Links of one session that are valid at a time. */
const OBSERVERS_PER_SESSION = 20

export type ObserverLinks = ReturnType<typeof createObserverLinks>

export function createObserverLinks(options: { tables: Tables; recorder: Recorder; auth: Auth }) {
  const { tables, recorder, auth } = options
  const { observers } = tables

  function tell(sessionId: string, action: string, operator: string, more: object, also: () => void) {
    const event = { kind: 'control' as const, action, operator, ...more }
    recorder.recordNow({ sessionId, turnId: null, events: [event], also })
  }

  return {
    /**
     * Makes a link. Its secret stands in the part of the address that browsers send to nobody.
     * @throws HttpProblem 404 `no_such_session`, 409 `too_many_observers`
     */
    add(sessionId: string, { label, minutes }: AddObserver, by: string, { host }: Visitor): AddedObserver {
      findSession(tables, sessionId)
      if (observers.ofSession(sessionId).filter(isValid).length >= OBSERVERS_PER_SESSION) {
        const detail = `This session has ${OBSERVERS_PER_SESSION} valid links: revoke one first`
        throw new HttpProblem(409, 'too_many_observers', detail)
      }
      const now = Date.now()
      const token = newSecret()
      const row = {
        ...{ id: randomUUID(), session_id: sessionId, label, token_hash: hashSecret(token), created_by: by },
        created_at: new Date(now).toISOString(),
        expires_at: new Date(now + minutes * 60_000).toISOString(),
      }
      const { id: observer_id, expires_at } = row
      tell(sessionId, 'observer_added', by, { observer_id, label, expires_at }, () => observers.insert(row))
      const view = viewOf({ ...row, opened_at: null, revoked_at: null, revoked_by: null })
      return { ...view, url: `${auth.origins.of(host)[0] ?? `http://${host}`}/observe#${token}` }
    },

    /** Newest first. @throws HttpProblem 404 `no_such_session` */
    list(sessionId: string): ObserverView[] {
      findSession(tables, sessionId)
      return observers.ofSession(sessionId).map(viewOf)
    },

    /** Ends a link and whatever it shows, within a second. @throws HttpProblem 404 `no_such_observer` */
    revoke(sessionId: string, id: string, by: string): ObserverView {
      const row = observers.byId(id)
      if (row?.session_id !== sessionId) {
        throw new HttpProblem(404, 'no_such_observer', `This session has no observer link ${id}`)
      }
      if (row.revoked_at === null) {
        const { id: observer_id, label } = row
        tell(sessionId, 'observer_revoked', by, { observer_id, label }, () =>
          observers.revoke(id, new Date().toISOString(), by),
        )
      }
      return viewOf(observers.byId(id) ?? row)
    },

    /**
     * Exchanges the secret of a link for the cookie of an observer. The first time is told in the record.
     * @throws HttpProblem 403 `no_such_link` for an unknown, expired or revoked one
     */
    open(token: string, visitor: Visitor): { pass: ObserverPass; set_cookie: string } {
      const row = observers.byHash(hashSecret(token))
      if (!row || !isValid(row)) {
        const detail = 'This link is not valid: it has expired or was revoked. Ask who sent it for a new one'
        throw new HttpProblem(403, 'no_such_link', detail)
      }
      const { id, session_id, label, expires_at } = row
      if (row.opened_at === null) {
        const more = { observer_id: id, address: visitor.address }
        tell(session_id, 'observer_opened', observerName(label), more, () =>
          observers.setOpened(id, new Date().toISOString()),
        )
      }
      const seconds = Math.ceil((Date.parse(expires_at) - Date.now()) / 1000)
      return {
        pass: { session_id, label, expires_at },
        set_cookie: auth.observerCookie(visitor.host, token, seconds),
      }
    },
  }
}

function isValid({ revoked_at, expires_at }: ObserverRow): boolean {
  return revoked_at === null && Date.parse(expires_at) > Date.now()
}

function viewOf({ token_hash: _, ...view }: ObserverRow): ObserverView {
  return view
}
