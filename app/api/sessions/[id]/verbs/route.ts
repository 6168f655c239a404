import { idempotencyKeySchema } from '../../../../../lib/api.ts'
import { runVerbSchema } from '../../../../../lib/verbs-api.ts'
import { json } from '../../../../../server/http/json.ts'
import { parseInput } from '../../../../../server/http/read-input.ts'
import { route } from '../../../../../server/runtime.ts'

export const POST = route(
  { access: 'operator', params: { id: 'uuid' }, body: runVerbSchema },
  ({ runtime, params, operator, body, request }) => {
    const { key } = parseInput({ key: request.headers.get('idempotency-key') }, idempotencyKeySchema)
    return json(202, runtime.verbs.run(params.id, operator, body, key))
  },
)
