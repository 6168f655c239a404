import { addTokenSchema } from '../../../../../lib/account-api.ts'
import { json } from '../../../../../server/http/json.ts'
import { route } from '../../../../../server/runtime.ts'

const params = { name: /^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/ } as const

export const POST = route(
  { access: 'admin', params, body: addTokenSchema, stepUp: true },
  async ({ runtime, params, body, operator }) =>
    json(201, await runtime.accounts.addToken(params.name, body, operator.name)),
)
