import { editQueuedSchema, PROMPT_BODY_MAX_BYTES } from '../../../../../../lib/api.ts'
import { json } from '../../../../../../server/http/json.ts'
import { invalidField } from '../../../../../../server/http/problem.ts'
import { isMasked } from '../../../../../../server/redaction/redact.ts'
import { route } from '../../../../../../server/runtime.ts'

const MASKED_PROMPT =
  'A secret in this prompt is shown masked: write it anew where it stood, or remove the prompt'
const params = { id: 'uuid', turn_id: 'uuid' } as const

export const PATCH = route(
  { access: 'operator', params, body: editQueuedSchema, bodyMaxBytes: PROMPT_BODY_MAX_BYTES },
  ({ runtime, params, body }) => {
    if (isMasked(body.prompt)) throw invalidField('prompt', MASKED_PROMPT)
    return json(200, runtime.turns.editQueued(params.id, params.turn_id, body.prompt))
  },
)

export const DELETE = route({ access: 'operator', params }, ({ runtime, params, operator }) => {
  runtime.turns.removeQueued(params.id, params.turn_id, operator.name)
  return new Response(null, { status: 204 })
})
