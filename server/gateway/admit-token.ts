// Lets a request into the gateway: a token of an operator who may run turns, of either scope.
import type { Auth } from '../auth/auth.ts'
import type { Identity } from '../auth/identity.ts'
import { ApiError } from './api-error.ts'

const TOKEN = /^[A-Za-z0-9_-]{20,100}$/

/**
 * The identity behind `x-api-key`, or `Authorization: Bearer`. A token is no ambient credential, but an `Origin` that is
 * sent must be one of the console's own.
 *
 * @throws ApiError 401 `authentication_error`, 403 `permission_error`
 */
export function admitToken(auth: Auth, headers: Headers): Identity {
  const bearer = /^bearer +(\S+)$/i.exec(headers.get('authorization') ?? '')?.[1]
  const token = headers.get('x-api-key') ?? bearer ?? ''
  const identity = TOKEN.test(token) ? auth.authenticateToken(token) : null
  if (!identity) {
    const words =
      'Send a valid token as x-api-key or bearer: "breakglass token add LABEL --operator NAME" makes one, with "--scope gateway" one that can do nothing else'
    throw new ApiError('authentication_error', words)
  }
  if (identity.operator.role === 'viewer') {
    throw new ApiError('permission_error', 'The operator of this token is a viewer, who may not run anything')
  }
  const origin = headers.get('origin')
  if (origin !== null && !auth.origins.of(headers.get('host') ?? '').includes(origin)) {
    throw new ApiError('permission_error', `Pages of ${JSON.stringify(origin)} may not call the gateway`)
  }
  return identity
}
