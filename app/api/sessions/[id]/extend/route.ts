import { extendSessionSchema } from '../../../../../lib/time-box-api.ts'
import { json } from '../../../../../server/http/json.ts'
import { route } from '../../../../../server/runtime.ts'

export const POST = route(
  { access: 'operator', params: { id: 'uuid' }, body: extendSessionSchema },
  ({ runtime, params, body, operator }) => json(200, runtime.timeBox.extend(params.id, body, operator.name)),
)
