import { headers } from 'next/headers'
import { redirect } from 'next/navigation'
import type { OperatorView, Role } from '../lib/api.ts'
import { ROLES } from '../lib/api.ts'
import { getRuntime } from '../server/runtime.ts'

export type SignedInOperator = { operator: OperatorView; csrf_token: string }

/**
 * The operator that a page is rendered for. Redirects to the set-up page while there is no account, to the sign-in
 * page (and back) when nobody is signed in, to the start page when the role is too low.
 */
export async function requireOperator(role: Role = 'viewer'): Promise<SignedInOperator> {
  const { auth } = getRuntime()
  const requestHeaders = await headers()
  if (!auth.hasOperators()) redirect('/setup')
  const identity = auth.authenticate(new Headers(requestHeaders))
  if (!identity?.csrf_token) redirect(`/login?next=${encodeURIComponent(requestedPath(requestHeaders))}`)
  if (ROLES.indexOf(identity.operator.role) < ROLES.indexOf(role)) redirect('/')
  return { operator: identity.operator, csrf_token: identity.csrf_token }
}

/** The front door notes the path it let in; Next itself doesn't tell pages. */
function requestedPath(requestHeaders: Headers): string {
  const url = new URL(requestHeaders.get('x-breakglass-target') ?? '/', 'http://console')
  url.searchParams.delete('_rsc')
  return url.pathname + url.search
}
