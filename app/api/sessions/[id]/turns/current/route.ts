import { json } from '../../../../../../server/http/json.ts'
import { route } from '../../../../../../server/runtime.ts'

export const DELETE = route(
  { access: 'operator', params: { id: 'uuid' } },
  async ({ runtime, params, operator }) => {
    const turn = await runtime.turns.stop(params.id, operator.name)
    return json(202, { turn_id: turn.id, state: 'stopping' })
  },
)
