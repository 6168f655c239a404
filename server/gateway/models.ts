// The models that may be asked for through the gateway, and where each is found.
import type { Provider, Providers } from '../providers.ts'
import { ApiError } from './api-error.ts'
import type { GatewayConfig } from './gateway-config.ts'

/** Names that the CLI itself understands: what can be asked of the provider that it knows, where the configuration lists none. */
const STANDARD_MODELS = ['default', 'opus', 'sonnet', 'haiku', 'claude-*'] as const

export type ModelChoice = {
  provider: string
  /** Null for the provider's own. */
  model: string | null
}

export type Models = ReturnType<typeof createModels>

/** @throws Error when the configuration names a provider that there is not */
export function createModels(config: GatewayConfig, providers: Providers) {
  const standard = config.provider === undefined ? providers.standard : providers.byName(config.provider)
  if (!standard)
    throw new Error(`gateway.provider names ${JSON.stringify(config.provider)}: there is no such provider`)
  const own = providers.list.flatMap(({ model }) => (model === null ? [] : [model]))
  // Which models a server of somebody else has only that server knows.
  const others = standard.baseUrl === null ? [] : ['*']
  const allowed = [...new Set(config.models ?? [...own, ...STANDARD_MODELS, ...others])]
  const names = allowed.filter((name) => !name.endsWith('*'))
  const startedAt = new Date().toISOString()

  const isAllowed = (model: string) =>
    allowed.some((name) => (name.endsWith('*') ? model.startsWith(name.slice(0, -1)) : name === model))
  const providerOf = (model: string): Provider =>
    providers.list.find((provider) => provider.model === model) ?? standard

  return {
    /** @throws ApiError 404 `not_found_error` naming the models there are */
    choose(model: string): ModelChoice {
      if (!isAllowed(model)) throw unknown(model)
      return model === 'default'
        ? { provider: standard.name, model: null }
        : { provider: providerOf(model).name, model }
    },

    /** As `GET /v1/models` gives them. */
    list: () => ({
      data: names.map(view),
      has_more: false,
      first_id: names.at(0) ?? null,
      last_id: names.at(-1) ?? null,
    }),

    /** @throws ApiError 404 */
    get(model: string) {
      if (!isAllowed(model)) throw unknown(model)
      return view(model)
    },
  }

  function view(id: string) {
    return { type: 'model', id, display_name: id, created_at: startedAt }
  }

  function unknown(model: string): ApiError {
    const message = `There is no model ${JSON.stringify(model)}: use one of ${allowed.join(', ')}`
    return new ApiError('not_found_error', message)
  }
}
