import { runVerbSchema } from '../../../../../lib/verbs-api.ts'
import { json } from '../../../../../server/http/json.ts'
import { route } from '../../../../../server/runtime.ts'

export const POST = route(
  { access: 'operator', params: { id: 'uuid' }, body: runVerbSchema },
  ({ runtime, params, operator, body }) => json(202, runtime.verbs.run(params.id, operator, body)),
)
