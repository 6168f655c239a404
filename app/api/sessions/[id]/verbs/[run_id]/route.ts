import { idempotencyKeySchema } from '../../../../../../lib/api.ts'
import { json } from '../../../../../../server/http/json.ts'
import { parseInput } from '../../../../../../server/http/read-input.ts'
import { route } from '../../../../../../server/runtime.ts'

/** Confirms a run that has shown its evidence, or asks. */
export const POST = route(
  { access: 'operator', params: { id: 'uuid', run_id: 'uuid' } },
  ({ runtime, params, operator, request }) => {
    const { key } = parseInput({ key: request.headers.get('idempotency-key') }, idempotencyKeySchema)
    return json(202, runtime.verbs.confirm(params.id, params.run_id, operator, key))
  },
)

export const DELETE = route(
  { access: 'operator', params: { id: 'uuid', run_id: 'uuid' } },
  ({ runtime, params, operator }) => {
    runtime.verbs.stop(params.id, params.run_id, operator.name)
    return json(202, { verb_run_id: params.run_id, state: 'stopping' })
  },
)
