// A prompt: the request that starts a turn, or queues one.
import { idempotencyKeySchema, PROMPT_BODY_MAX_BYTES, startTurnSchema } from '../../lib/api.ts'
import { route } from '../runtime.ts'
import { json } from './json.ts'
import { parseInput } from './read-input.ts'

export const startTurn = route(
  { access: 'operator', params: { id: 'uuid' }, body: startTurnSchema, bodyMaxBytes: PROMPT_BODY_MAX_BYTES },
  ({ runtime, params, body, operator, request }) => {
    const { key } = parseInput({ key: request.headers.get('idempotency-key') }, idempotencyKeySchema)
    const { prompt, queue } = body
    return json(202, runtime.turns.start(params.id, operator.name, prompt, { queue, key }))
  },
)
