import { json } from '../../../../../../../server/http/json.ts'
import { route } from '../../../../../../../server/runtime.ts'

export const POST = route(
  { access: 'operator', params: { id: 'uuid', turn_id: 'uuid' } },
  async ({ runtime, params, operator }) =>
    json(202, await runtime.turns.sendNow(params.id, params.turn_id, operator.name)),
)
