import { json } from '../../../server/http/json.ts'
import { route } from '../../../server/runtime.ts'

export const GET = route({ access: 'viewer' }, async ({ runtime }) =>
  json(200, {
    providers: await runtime.probes.all(),
    default_provider: runtime.config.default_provider,
    drivers: runtime.config.drivers,
    on_failure: runtime.ladder.mode,
  }),
)
