// How a session's agent runs, as the API says it: driver, provider and model, chosen at the opening or changed later.
import { z } from 'zod'
import { DRIVERS, type DriverName, lineSchema, type SessionView } from './api.ts'

/** What each driver is, in one line for somebody who has to choose. */
export const DRIVER_WORDS: Record<DriverName, string> = {
  print: 'A process for each prompt, started ahead. Its turn survives a restart of the console',
  stream: 'One process for the whole session, the quickest. Its turn survives a restart too',
  tui: 'The CLI’s own screen, in a terminal you can take over. A restart ends its turn',
}

export const changeSessionSchema = z
  .strictObject({
    driver: z.enum(DRIVERS, { error: `Use one of ${DRIVERS.join(', ')}` }).optional(),
    provider: lineSchema(100).min(1).optional(),
    /** Null for the provider's own. */
    model: lineSchema(200).min(1).nullable().optional(),
    reason: lineSchema(2000).min(1).optional(),
  })
  .refine(
    ({ driver, provider, model }) => driver !== undefined || provider !== undefined || model !== undefined,
    'Name a driver, a provider or a model',
  )
export type ChangeSession = z.infer<typeof changeSessionSchema>

/** The answer to a change: a turn that runs goes on as it began. */
export type ChangedSession = SessionView & { effective: 'now' | 'next_turn' }

/** How a provider of the ladder stands. `fails`: it answers a probe, and its last turn failed. */
export type ProviderView = {
  name: string
  model: string | null
  /** Host and port of its base URL; null for the CLI's own default. */
  host: string | null
  state: 'answers' | 'fails' | 'silent' | 'no_credentials'
  /** In words to stand behind its name. */
  detail: string
}

/** Goes on with another provider after a turn whose model failed, or stop it for that while it runs. */
export const goOnSchema = z.strictObject({ turn_id: z.uuid(), provider: lineSchema(100).min(1) })

/** `GET /api/providers`: what can be chosen, in the order of the ladder. */
export type ProvidersView = {
  providers: ProviderView[]
  default_provider: string
  drivers: readonly DriverName[]
  on_failure: 'offer' | 'take' | 'off'
}
