// Keeps other sites from using an operator's browser: Origin, Sec-Fetch-Site and the CSRF header.
import type { Identity } from '../auth/identity.ts'
import { isSameSecret } from '../auth/secrets.ts'
import { HttpProblem } from './problem.ts'

/**
 * Checks that a request which can change something comes from a page of the console's own.
 * GET and HEAD change nothing and pass. A bearer token is no ambient credential: an `Origin` that is sent must match,
 * also with GET, nothing else is asked. Without any credential only a client that is no browser may leave `Origin` out.
 *
 * @param allowed the origins that belong to the Host of the request
 * @param csrf whether a login must be proven by the CSRF header (not where signing in replaces that login)
 * @throws HttpProblem 403 `wrong_origin` or `csrf`
 */
export function checkOrigin(
  request: Request,
  allowed: readonly string[],
  identity: Identity | null,
  csrf: boolean,
): void {
  const { headers } = request
  const origin = headers.get('origin')
  const isTold = identity?.via === 'token' && origin !== null
  if ((request.method === 'GET' || request.method === 'HEAD') && !isTold) return
  const site = headers.get('sec-fetch-site')
  const browserless =
    identity?.via === 'token' || (identity === null && site === null && !headers.has('cookie'))
  if (origin === null ? !browserless : !allowed.includes(origin)) {
    const detail = `The request comes from ${origin === null ? 'no origin' : JSON.stringify(origin)}, expected ${allowed[0] ?? 'an origin of the console'}`
    throw new HttpProblem(403, 'wrong_origin', detail)
  }
  if (site !== null && site !== 'same-origin' && identity?.via !== 'token') {
    throw new HttpProblem(
      403,
      'wrong_origin',
      `The browser calls this request "${site}", expected "same-origin"`,
    )
  }
  if (
    csrf &&
    identity?.via === 'login' &&
    !isSameSecret(headers.get('x-csrf-token') ?? '', identity.csrf_token ?? '')
  ) {
    throw new HttpProblem(
      403,
      'csrf',
      'The x-csrf-token header does not belong to this login: load the page again',
    )
  }
}
