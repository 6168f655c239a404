// Who a request comes from, and why that may end.
import type { TokenScope } from '../../db/tokens.ts'
import type { OperatorView } from '../../lib/api.ts'
import type { ObserverPass } from '../../lib/observer-api.ts'

/** Who a request comes from, as the database says at this moment. */
export type Identity = {
  /** SHA-256 of the secret of the login, bearer token or observer link, in hex: names it without revealing it. */
  id: string
  via: 'login' | 'token' | 'observer'
  /** Which surface it opens. */
  scope: TokenScope
  /** For an observer a viewer of the name that presence shows. */
  operator: OperatorView
  /** The one session that an observer may see; null for everybody else. */
  observer: ObserverPass | null
  /** Whether the password was shown again lately; a bearer token has none to show. */
  stepped_up: boolean
  /** What the `x-csrf-token` header must say; null for those that need none. */
  csrf_token: string | null
}

/** Why a login or a token is no longer good for the stream that it opened. */
export type EndReason = 'signed_out' | 'expired' | 'locked' | 'role_changed' | 'revoked'
