import { tryPolicySchema } from '../../../../lib/gate-api.ts'
import { json } from '../../../../server/http/json.ts'
import { route } from '../../../../server/runtime.ts'

export const POST = route({ access: 'viewer', body: tryPolicySchema }, ({ runtime, body }) =>
  json(200, runtime.policy.try(body)),
)
