import { goOnSchema } from '../../../../../lib/choice-api.ts'
import { json } from '../../../../../server/http/json.ts'
import { route } from '../../../../../server/runtime.ts'

export const POST = route(
  { access: 'operator', params: { id: 'uuid' }, body: goOnSchema },
  async ({ runtime, params, body, operator }) =>
    json(202, await runtime.ladder.goOn(params.id, body, operator.name)),
)
