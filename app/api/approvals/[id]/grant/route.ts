import { json } from '../../../../../server/http/json.ts'
import { route } from '../../../../../server/runtime.ts'

export const DELETE = route({ access: 'operator', params: { id: 'uuid' } }, ({ runtime, params, operator }) =>
  json(200, runtime.gate.revoke(params.id, operator.name)),
)
