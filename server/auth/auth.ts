// Who may do what: sign-in, logins, bearer tokens and their ends.
import { randomBytes } from 'node:crypto'
import type { Database } from '../../db/database.ts'
import type { LoginRow } from '../../db/logins.ts'
import { createOperatorsTable, type OperatorRow } from '../../db/operators.ts'
import { createSettingsTable, type SettingsTable } from '../../db/settings.ts'
import { createTokensTable } from '../../db/tokens.ts'
import type { OperatorView } from '../../lib/api.ts'
import type { Origins } from '../front-door/origins.ts'
import { HttpProblem } from '../http/problem.ts'
import { cookieName, readCookie, writeCookie } from './cookie.ts'
import type { EndReason, Identity } from './identity.ts'
import { ABSOLUTE_LIMIT_MS, createLoginStore } from './login-store.ts'
import { createObservers } from './observers.ts'
import { hashPassword, verifyPassword } from './password.ts'
import { hashSecret, newSecret } from './secrets.ts'
import { createSetUp } from './set-up.ts'
import { createStepUp } from './step-up.ts'
import { createThrottle, normalAddress } from './throttle.ts'
import { createWatches } from './watches.ts'
import { createWorkQueue } from './work-queue.ts'

/** Each derivation takes 128 MiB and a core for a third of a second. */
const DERIVATIONS_AT_ONCE = 2
const DERIVATIONS_WAITING = 20
const USER_AGENT_CHARACTERS = 200
/** A token's last use is written down once in this time only. */
const TOKEN_TOUCH_MS = 60_000

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
   * The identity behind `Authorization: Bearer`, or else the login cookie of the request's Host, or else that of an
   * observer; null for none, and for
   * a token of the gateway, which opens nothing of the console.
   *
   * @param use `passive` where the request does not show that somebody is there (a stream that reconnects)
   */
  authenticate(headers: Headers, use?: 'active' | 'passive'): Identity | null
  /** The identity behind a bearer token, whatever its scope (the gateway takes it in `x-api-key` too). */
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
  /**
   * Takes the password of a login once more: for five minutes it may do what wants that.
   * @returns until when, null for a bearer token, which has no password
   * @throws HttpProblem 403 `wrong_password`, 429 `too_many_sign_ins`, 503 `sign_in_busy`
   */
  stepUp(identity: Identity, password: string, visitor: Visitor): Promise<string | null>
  /** The `Set-Cookie` of an observer. @param seconds how long it is good */
  observerCookie(host: string, secret: string, seconds: number): string
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

/**
 * @param origins under which the console is called: it decides on the cookie's name and attributes
 * @param now milliseconds since the epoch
 */
export function createAuth(options: { database: Database; origins: Origins; now?: () => number }): Auth {
  const { database, origins, now = Date.now } = options
  const operators = createOperatorsTable(database)
  const tokens = createTokensTable(database)
  const observers = createObservers(database, now)
  const settings = createSettingsTable(database)
  const logins = createLoginStore(database, now)
  const throttle = createThrottle(database, now)
  const derivations = createWorkQueue(DERIVATIONS_AT_ONCE, DERIVATIONS_WAITING, () => {
    const detail = 'Many sign-ins are being checked: try again in a few seconds'
    return new HttpProblem(503, 'sign_in_busy', detail, {}, { 'retry-after': '5' })
  })
  const watches = createWatches(whyEnded)
  const first = createSetUp(database, (password) => derivations(() => hashPassword(password)), now)
  const stepUp = createStepUp(
    { logins, operators, throttle },
    (password, hash) => derivations(() => verifyPassword(password, hash)),
    now,
  )
  const tokenUses = new Map<string, number>()
  const instanceId = settings.get('instance_id') ?? createInstanceId(settings)
  const cookieFor = (host: string) => cookieName(instanceId, origins.isSecure(host))
  const observerCookieFor = (host: string) => cookieName(`observer_${instanceId}`, origins.isSecure(host))

  function authenticate(headers: Headers, use: 'active' | 'passive' = 'active'): Identity | null {
    // Whoever sends a token means the token: a cookie beside it counts for nothing.
    const authorization = headers.get('authorization')
    if (authorization !== null) {
      const token = /^bearer +([A-Za-z0-9_-]{20,100})$/i.exec(authorization)?.[1]
      const identity = token === undefined ? null : authenticateToken(token)
      return identity?.scope === 'console' ? identity : null
    }
    const host = headers.get('host') ?? ''
    const secret = readCookie(headers, cookieFor(host))
    const identity = secret ? authenticateLogin(hashSecret(secret), use) : null
    return identity ?? observers.authenticate(readCookie(headers, observerCookieFor(host)))
  }

  function authenticateLogin(id: string, use: 'active' | 'passive'): Identity | null {
    const login = logins.find(id)
    const operator = login && operators.byId(login.operator_id)
    if (!login || !operator || operator.locked_at !== null) return null
    if (logins.isExpired(login) || isOutdated(login, operator)) {
      logins.end(id)
      return null
    }
    if (use === 'active') logins.touch(login)
    return identityOf(login, operator)
  }

  function authenticateToken(secret: string): Identity | null {
    const id = hashSecret(secret)
    const token = tokens.byHash(id)
    const operator = token && operators.byId(token.operator_id)
    if (!token || token.revoked_at !== null || !operator || operator.locked_at !== null) return null
    if (now() - (tokenUses.get(id) ?? 0) >= TOKEN_TOUCH_MS) {
      tokenUses.set(id, now())
      try {
        tokens.setUsed(id, new Date(now()).toISOString())
      } catch {
        // When a token was last used is no reason to refuse it.
      }
    }
    return {
      ...{ id, via: 'token', scope: token.scope, operator: viewOf(operator), observer: null },
      ...{ stepped_up: true, csrf_token: null },
    }
  }

  async function signIn(name: string, password: string, visitor: Visitor): Promise<SignedIn> {
    const attempt = throttle.begin(bucketOf(visitor))
    try {
      const found = operators.byName(name)
      const right = await derivations(() => verifyPassword(password, found?.password_hash ?? null))
      // Read again: the account may have changed meanwhile.
      const operator = right ? operators.byName(name) : null
      if (!operator || operator.password_hash !== found?.password_hash) {
        attempt.failed()
        const detail =
          'The name or the password is wrong: try again, or have an admin run "breakglass operator passwd NAME" on the host'
        throw new HttpProblem(401, 'wrong_name_or_password', detail)
      }
      // An admin gains nothing by guessing; anybody else could guess between two sign-ins of their own.
      attempt.succeeded(operator.role === 'admin')
      if (operator.locked_at !== null) {
        throw new HttpProblem(
          403,
          'locked',
          'This account is locked: have an admin run "breakglass operator unlock NAME" on the host',
        )
      }
      return openLogin(operator, visitor)
    } finally {
      attempt.release()
    }
  }

  async function setUp(token: string, name: string, password: string, visitor: Visitor): Promise<SignedIn> {
    return openLogin(await first.create(token, name, password), visitor)
  }

  function openLogin(operator: OperatorRow, visitor: Visitor): SignedIn {
    const secret = newSecret()
    const login = {
      token_hash: hashSecret(secret),
      operator_id: operator.id,
      csrf_token: newSecret(),
      created_at_ms: now(),
      last_seen_ms: now(),
      address: visitor.address,
      user_agent: visitor.user_agent.slice(0, USER_AGENT_CHARACTERS),
      stepped_up_until_ms: 0,
    }
    logins.open(login, operator)
    const secure = origins.isSecure(visitor.host)
    return {
      identity: identityOf(login, operator),
      set_cookie: writeCookie(cookieFor(visitor.host), secret, secure, ABSOLUTE_LIMIT_MS / 1000),
    }
  }

  function identityOf({ token_hash: id, csrf_token, stepped_up_until_ms }: LoginRow, operator: OperatorRow) {
    return {
      ...{ id, via: 'login', scope: 'console', operator: viewOf(operator), observer: null, csrf_token },
      stepped_up: stepped_up_until_ms > now(),
    } satisfies Identity
  }

  /** What comes through a proxy shares the proxy's address: it must not block those who come to the host itself. */
  function bucketOf({ address, host }: Visitor): string {
    const normal = normalAddress(address)
    return origins.isSecure(host) ? `${normal} through ${origins.of(host)[0]}` : normal
  }

  function whyEnded({ id, via, operator }: Identity): EndReason | null {
    if (via === 'observer') return observers.whyEnded(id)
    const current = operators.byId(operator.id)
    if (!current || current.locked_at !== null) return 'locked'
    if (via === 'token') {
      if (tokens.byHash(id)?.revoked_at !== null) return 'revoked'
    } else {
      const login = logins.find(id)
      if (!login || isOutdated(login, current)) return 'signed_out'
      if (logins.isExpired(login)) return 'expired'
    }
    return current.role === operator.role ? null : 'role_changed'
  }

  return {
    origins,
    hasOperators: () => operators.count() > 0,
    setUpToken: first.token,
    authenticate,
    authenticateToken,
    signIn,
    setUp,
    stepUp: (identity, password, visitor) => stepUp(identity, password, bucketOf(visitor)),
    observerCookie: (host, secret, seconds) =>
      writeCookie(observerCookieFor(host), secret, origins.isSecure(host), seconds),
    signOut({ id, via }, host) {
      if (via === 'login') logins.end(id)
      watches.poll()
      return writeCookie(cookieFor(host), '', origins.isSecure(host), 0)
    },
    watch: watches.watch,
    close: watches.stop,
  }
}

function createInstanceId(settings: SettingsTable): string {
  const id = randomBytes(4).toString('hex')
  settings.set('instance_id', id)
  return id
}

function viewOf({ id, name, role }: OperatorRow): OperatorView {
  return { id, name, role }
}

/** A login kept in memory only is not among the rows that a new password removes. */
function isOutdated(login: { password_hash?: string }, operator: OperatorRow): boolean {
  return login.password_hash !== undefined && login.password_hash !== operator.password_hash
}
