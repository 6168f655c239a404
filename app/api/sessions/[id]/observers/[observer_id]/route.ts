import { json } from '../../../../../../server/http/json.ts'
import { route } from '../../../../../../server/runtime.ts'

export const DELETE = route(
  { access: 'operator', params: { id: 'uuid', observer_id: 'uuid' } },
  ({ runtime, params, operator }) =>
    json(200, runtime.observers.revoke(params.id, params.observer_id, operator.name)),
)
