// A prompt: the request that starts a turn, or queues one.
import type { z } from 'zod'
import { idempotencyKeySchema, PROMPT_BODY_MAX_BYTES, startTurnSchema } from '../../lib/api.ts'
import type { Runtime } from '../runtime.ts'
import { json } from './json.ts'
import { parseInput } from './read-input.ts'
import type { RouteHandler, RouteSpec } from './route.ts'

type Rules = { id: 'uuid' }
type Body = z.infer<typeof startTurnSchema>

export const startTurn: {
  spec: RouteSpec<Runtime, 'operator', Rules, undefined, Body>
  handler: RouteHandler<Runtime, 'operator', Rules, undefined, Body>
} = {
  spec: {
    access: 'operator',
    params: { id: 'uuid' },
    body: startTurnSchema,
    bodyMaxBytes: PROMPT_BODY_MAX_BYTES,
  },
  handler({ runtime, params, body, operator, request }) {
    const { key } = parseInput({ key: request.headers.get('idempotency-key') }, idempotencyKeySchema)
    const { prompt, queue } = body
    return json(202, runtime.turns.start(params.id, operator.name, prompt, { queue, key }))
  },
}
