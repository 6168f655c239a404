import { editQueuedSchema, PROMPT_BODY_MAX_BYTES } from '../../../../../../lib/api.ts'
import { json } from '../../../../../../server/http/json.ts'
import { route } from '../../../../../../server/runtime.ts'

const params = { id: 'uuid', turn_id: 'uuid' } as const

export const PATCH = route(
  { access: 'operator', params, body: editQueuedSchema, bodyMaxBytes: PROMPT_BODY_MAX_BYTES },
  ({ runtime, params, body }) => json(200, runtime.turns.editQueued(params.id, params.turn_id, body.prompt)),
)

export const DELETE = route({ access: 'operator', params }, ({ runtime, params, operator }) => {
  runtime.turns.removeQueued(params.id, params.turn_id, operator.name)
  return new Response(null, { status: 204 })
})
