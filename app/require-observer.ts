import { headers } from 'next/headers'
import { redirect } from 'next/navigation'
import type { OperatorView } from '../lib/api.ts'
import type { ObserverPass } from '../lib/observer-api.ts'
import { getRuntime } from '../server/runtime.ts'

/** The observer that a session's page is rendered for. Who is signed in goes to the page of operators instead. */
export async function requireObserver(
  sessionId: string,
): Promise<{ operator: OperatorView; observer: ObserverPass }> {
  const identity = getRuntime().auth.authenticate(new Headers(await headers()))
  if (identity && !identity.observer) redirect(`/sessions/${encodeURIComponent(sessionId)}`)
  if (identity?.observer?.session_id !== sessionId) redirect('/observe')
  return { operator: identity.operator, observer: identity.observer }
}
