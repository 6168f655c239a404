// The one object on globalThis: what the front door has started, and the only way in for app/.
import type { DrillView, DriverName } from '../lib/api.ts'
import type { Auth } from './auth/auth.ts'
import type { Identity } from './auth/identity.ts'
import type { Accounts } from './auth/manage-accounts.ts'
import type { Config } from './config.ts'
import type { DataDirectory } from './data-directory.ts'
import type { LivePolicy } from './gate/live-policy.ts'
import type { SessionPolicy } from './gate/session-policy.ts'
import type { Gateway } from './gateway/gateway.ts'
import type { HealthOf } from './health.ts'
import { createRoute } from './http/route.ts'
import type { KillSwitch } from './kill/kill-switch.ts'
import type { Ladder } from './ladder/ladder.ts'
import type { Probes } from './ladder/probes.ts'
import type { ObserverLinks } from './observer-links.ts'
import type { Display } from './redaction/display.ts'
import type { Presence } from './streams/presence.ts'
import type { Sink, Source, Streams } from './streams/sse.ts'
import type { Terminals } from './terminal/terminals.ts'
import type { Verbs } from './verbs/verbs.ts'

/** What people look through is masked; see `raw` for the look past that. */
export type Runtime = Display & {
  /** Names this run of the console, so that a page sees a restart. */
  server: string
  auth: Auth
  ladder: Ladder
  probes: Probes
  terminals: Terminals
  verbs: Verbs
  observers: ObserverLinks
  accounts: Accounts
  policy: { view: LivePolicy['view']; try: SessionPolicy['try'] }
  kill: KillSwitch
  gateway: Gateway
  streams: Streams
  presence: Presence
  data: DataDirectory
  health: HealthOf
  drills: { list(): Promise<DrillView[]> }
  /** What the page shows of the configuration: no secrets. */
  config: {
    agent: { name: string; description: string; prompt: string; source: string }
    providers: {
      name: string
      model: string | null
      base_url_host: string | null
      has_credentials: boolean
    }[]
    default_provider: string
    /** The drivers that can be chosen. */
    drivers: readonly DriverName[]
    has_credentials: boolean
    limits: Config['limits']
  }
  /** Answers with a stream that ends with the login it was opened by. */
  openStream(identity: Identity, request: Request, start: (sink: Sink) => Source): Response
  /** The script of the worker that all tabs share. */
  streamWorker(): string
  reportError: (entry: Record<string, unknown>) => void
}

const KEY = Symbol.for('breakglass.runtime')
type Holder = { [KEY]?: Runtime }

/** Makes the running console known to Next's modules, which are instantiated more than once. */
export function setRuntime(runtime: Runtime): void {
  ;(globalThis as Holder)[KEY] = runtime
}

/** @throws Error when the front door has not started the console, which only a wrong entry point can do */
export function getRuntime(): Runtime {
  const runtime = (globalThis as Holder)[KEY]
  if (!runtime) throw new Error('The console is not running: start it with `npm start`')
  return runtime
}

/** Wraps a route handler: see server/http/route.ts. */
export const route = createRoute(getRuntime)
