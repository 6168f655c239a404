// Who may do what: the interface of sign-in, logins, bearer tokens and their ends.
import type { OperatorView } from '../../lib/api.ts'
import type { Origins } from '../front-door/origins.ts'

/** Who a request comes from, as the database says at this moment. */
export type Identity = {
  /** SHA-256 of the login's or bearer token's secret, in hex: names it without revealing it. */
  id: string
  via: 'login' | 'token'
  operator: OperatorView
  /** What the `x-csrf-token` header must say; null for a bearer token, which needs none. */
  csrf_token: string | null
}

/** Why a login or a token is no longer good for the stream that it opened. */
export type EndReason = 'signed_out' | 'expired' | 'locked' | 'role_changed' | 'revoked'

/** Where a sign-in comes from. */
export type Visitor = { host: string; address: string; user_agent: string }

/** `set_cookie`: the value of the `Set-Cookie` header to answer with. */
export type SignedIn = { identity: Identity; set_cookie: string }

/**
 * Contract: reads the database on each call, so that a lock or a new role counts at once, whichever process made it.
 * A full disk or a database held by another process stops nobody from reading or signing in.
 */
export type Auth = {
  readonly origins: Origins
  /** False until the first account exists: then the set-up page is the only one. */
  hasOperators(): boolean
  /** A fresh one-time set-up token to print on the terminal, null once there is an operator. The last one only is good. */
  setUpToken(): string | null
  /**
   * The identity behind `Authorization: Bearer` or else the login cookie of the request's Host; null for none.
   *
   * @param use `passive` where the request does not show that somebody is there (a stream that reconnects)
   */
  authenticate(headers: Headers, use?: 'active' | 'passive'): Identity | null
  /** The identity behind a bearer token (the gateway takes it in `x-api-key` too). */
  authenticateToken(token: string): Identity | null
  /**
   * Checks name and password and opens a login.
   * @throws HttpProblem 401 `wrong_name_or_password`, 403 `locked`, 429 `too_many_sign_ins`, 503 `sign_in_busy`
   */
  signIn(name: string, password: string, visitor: Visitor): Promise<SignedIn>
  /**
   * Creates the first account, an admin, and signs it in.
   * @throws HttpProblem 403 `wrong_set_up_token`, 409 `already_set_up`
   */
  setUp(token: string, name: string, password: string, visitor: Visitor): Promise<SignedIn>
  /** Ends a login and its streams; returns the `Set-Cookie` that clears the cookie. Does nothing for a bearer token. */
  signOut(identity: Identity, host: string): string
  /**
   * Calls `onEnd` once when the identity loses its validity, at most a second later; every live stream needs this.
   *
   * @returns stops watching; call it when the stream ends
   * @throws HttpProblem 503 `too_many_streams` at WATCHES_PER_IDENTITY or WATCHES_IN_ALL
   */
  watch(identity: Identity, onEnd: (reason: EndReason) => void): () => void
  /** Stops the timers; the database is the caller's. */
  close(): void
}
