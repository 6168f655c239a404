// What the page shows of the configuration: no secrets.
import type { Agent } from './agent/agent.ts'
import type { Config } from './config.ts'
import { BUILT_DRIVERS } from './drivers/drivers.ts'
import type { Providers } from './providers.ts'
import type { Runtime } from './runtime.ts'

export function viewConfig(agent: Agent, providers: Providers, limits: Config['limits']): Runtime['config'] {
  const { name, description, prompt, source } = agent
  return {
    agent: { name, description, prompt, source },
    providers: providers.list.map(({ name, model, baseUrl, hasCredentials }) => ({
      ...{ name, model, has_credentials: hasCredentials },
      base_url_host: baseUrl && new URL(baseUrl).host,
    })),
    default_provider: providers.standard.name,
    drivers: BUILT_DRIVERS,
    has_credentials: providers.list.some((each) => each.hasCredentials),
    limits,
  }
}
