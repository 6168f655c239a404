// Puts the gateway together: configuration, engine, pool, API.
import type { Auth } from '../auth/auth.ts'
import type { Channel } from '../channel.ts'
import type { DataDirectory } from '../data-directory.ts'
import type { Providers } from '../providers.ts'
import type { Sessions } from '../sessions.ts'
import type { Tables } from '../tables.ts'
import type { Terminals } from '../terminal/terminals.ts'
import type { Turns } from '../turns.ts'
import { createEngine } from './engine.ts'
import { createGateway } from './gateway.ts'
import type { GatewayConfig } from './gateway-config.ts'
import { createHistories } from './histories.ts'
import { createModels } from './models.ts'
import type { Personas } from './personas.ts'
import { createPool } from './pool.ts'

/** Stands in transcripts where the CLI's own version is not known. */
const SOME_VERSION = '2.1.197'

/**
 * @param onProblem told what could not be closed or kept
 * @throws Error when the configuration names a provider that there is not
 */
export function startGateway(options: {
  config: GatewayConfig
  auth: Auth
  sessions: Sessions
  turns: Turns
  channel: Channel
  tables: Tables
  data: DataDirectory
  providers: Providers
  personas: Personas
  claudeVersion: () => Promise<string | null>
  terminals: Pick<Terminals, 'list'>
  onProblem: (problem: string) => void
  /** @throws HttpProblem while nothing may be started */
  refuse: () => void
  reportError: (entry: Record<string, unknown>) => void
}) {
  const { config, auth, providers, tables, terminals, claudeVersion, onProblem, refuse, reportError } =
    options
  const models = createModels(config, providers)
  const engine = createEngine({
    ...options,
    driver: config.driver,
    claudeVersion: async () => (await claudeVersion()) ?? SOME_VERSION,
  })
  const pool = createPool({ config, engine, histories: createHistories(tables.gatewayHistories), onProblem })
  const terminalsOf = (sessionId: string) =>
    terminals.list().filter(({ session_id }) => session_id === sessionId)
  const gateway = createGateway({ config, auth, pool, models, terminalsOf, refuse, reportError })
  return { gateway, pool }
}
