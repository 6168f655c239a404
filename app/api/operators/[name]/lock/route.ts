import { json } from '../../../../../server/http/json.ts'
import { route } from '../../../../../server/runtime.ts'

const params = { name: /^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/ } as const

export const PUT = route({ access: 'admin', params }, async ({ runtime, params, operator }) =>
  json(200, await runtime.accounts.lock(params.name, operator.name)),
)

export const DELETE = route(
  { access: 'admin', params, stepUp: true },
  async ({ runtime, params, operator }) =>
    json(200, await runtime.accounts.unlock(params.name, operator.name)),
)
