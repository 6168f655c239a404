import { changeAccountSchema } from '../../../../lib/account-api.ts'
import { json } from '../../../../server/http/json.ts'
import { route } from '../../../../server/runtime.ts'

const params = { name: /^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/ } as const

export const PATCH = route(
  { access: 'admin', params, body: changeAccountSchema, stepUp: true },
  async ({ runtime: { accounts }, params, body: { role, password = '' }, operator }) =>
    json(
      200,
      role
        ? await accounts.setRole(params.name, role, operator.name)
        : await accounts.setPassword(params.name, password, operator.name),
    ),
)
