import { takeKeyboardSchema } from '../../../../../lib/terminal-api.ts'
import { json } from '../../../../../server/http/json.ts'
import { route } from '../../../../../server/runtime.ts'

export const PUT = route(
  { access: 'operator', params: { id: 'uuid' }, body: takeKeyboardSchema, stepUp: true },
  ({ runtime, params, body, identity }) =>
    json(200, runtime.terminals.takeKeyboard(params.id, identity, body.from)),
)

export const DELETE = route({ access: 'operator', params: { id: 'uuid' } }, ({ runtime, params, operator }) =>
  json(200, runtime.terminals.giveBackKeyboard(params.id, operator.name)),
)
