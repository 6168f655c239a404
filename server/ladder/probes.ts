// Asks each provider whether it answers, and remembers how its last turn went.
import type { ProviderView } from '../../lib/choice-api.ts'
import type { ModelFailure } from '../../lib/events.ts'
import type { Provider, Providers } from '../providers.ts'
import { describeFailure } from './model-watch.ts'

const PROBE_TIMEOUT_MS = 4_000
/** A provider is asked at most this often. */
const PROBE_AGE_MS = 30_000
/** A failed turn says more than a probe for this long. */
const FAILURE_AGE_MS = 60_000
/** Some servers know no HEAD, and work. */
const NOT_IMPLEMENTED = 501
const ANTHROPIC_API = 'https://api.anthropic.com'

export type Probes = {
  /** How a provider stands, by a probe of at most some seconds or by a turn that has just failed. Never rejects. */
  of(name: string): Promise<ProviderView>
  /** All of them, in the order of the ladder. */
  all(): Promise<ProviderView[]>
  /** A turn has ended: what it showed of its provider. */
  told(name: string, failure: ModelFailure | 'silent' | null): void
}

export function createProbes(providers: Providers): Probes {
  const asked = new Map<string, { at: number; view: Promise<ProviderView> }>()
  const failed = new Map<string, { at: number; failure: ModelFailure | 'silent' }>()

  async function of(name: string): Promise<ProviderView> {
    const provider = providers.byName(name) ?? providers.standard
    let probe = asked.get(name)
    if (!probe || performance.now() - probe.at > PROBE_AGE_MS) {
      probe = { at: performance.now(), view: probeProvider(provider) }
      asked.set(name, probe)
    }
    const view = await probe.view
    const failure = failed.get(name)
    if (!failure || view.state !== 'answers' || performance.now() - failure.at > FAILURE_AGE_MS) return view
    const how = failure.failure === 'silent' ? 'sends nothing' : describeFailure(failure.failure)
    return { ...view, state: 'fails', detail: how }
  }

  return {
    of,
    all: () => Promise.all(providers.list.map(({ name }) => of(name))),
    told(name, failure) {
      if (failure === null) failed.delete(name)
      else failed.set(name, { at: performance.now(), failure })
    },
  }
}

/** Whether a provider answers at all: any HTTP status counts but for errors of its own. No key is sent along, and no redirect followed. */
export async function probeProvider({
  name,
  model,
  baseUrl,
  hasCredentials,
}: Provider): Promise<ProviderView> {
  const view = { name, model, host: baseUrl === null ? null : new URL(baseUrl).host }
  if (!hasCredentials) return { ...view, state: 'no_credentials', detail: 'no credentials' }
  try {
    const signal = AbortSignal.timeout(PROBE_TIMEOUT_MS)
    const { status } = await fetch(baseUrl ?? ANTHROPIC_API, { method: 'HEAD', redirect: 'manual', signal })
    if (status < 500 || status === NOT_IMPLEMENTED) return { ...view, state: 'answers', detail: 'answers' }
    return { ...view, state: 'fails', detail: `answers with the error ${status}` }
  } catch (error) {
    const { cause, message, name: kind } = error as Error
    if (kind === 'TimeoutError')
      return { ...view, state: 'silent', detail: `does not answer within ${PROBE_TIMEOUT_MS / 1000} s` }
    return {
      ...{ ...view, state: 'silent' },
      detail: `does not answer: ${cause instanceof Error ? cause.message : message}`,
    }
  }
}
