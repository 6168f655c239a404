import { idempotencyKeySchema, PROMPT_BODY_MAX_BYTES, startTurnSchema } from '../../../../../lib/api.ts'
import { json } from '../../../../../server/http/json.ts'
import { parseInput } from '../../../../../server/http/read-input.ts'
import { route } from '../../../../../server/runtime.ts'

export const POST = route(
  { access: 'operator', params: { id: 'uuid' }, body: startTurnSchema, bodyMaxBytes: PROMPT_BODY_MAX_BYTES },
  ({ runtime, params, body, operator, request }) => {
    const { key } = parseInput({ key: request.headers.get('idempotency-key') }, idempotencyKeySchema)
    const { prompt, queue } = body
    return json(202, runtime.turns.start(params.id, operator.name, prompt, { queue, key }))
  },
)
