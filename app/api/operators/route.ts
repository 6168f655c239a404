import { addAccountSchema } from '../../../lib/account-api.ts'
import { json } from '../../../server/http/json.ts'
import { route } from '../../../server/runtime.ts'

export const GET = route({ access: 'admin' }, ({ runtime }) =>
  json(200, { operators: runtime.accounts.list() }),
)

export const POST = route(
  { access: 'admin', body: addAccountSchema, stepUp: true },
  async ({ runtime, body, operator }) => json(201, await runtime.accounts.add(body, operator.name)),
)
