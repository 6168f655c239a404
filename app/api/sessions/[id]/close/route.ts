import { closeSessionSchema } from '../../../../../lib/api.ts'
import { json } from '../../../../../server/http/json.ts'
import { route } from '../../../../../server/runtime.ts'

export const POST = route(
  { access: 'operator', params: { id: 'uuid' }, body: closeSessionSchema },
  async ({ runtime, params, body, operator }) =>
    json(200, await runtime.sessions.close(params.id, body.outcome, body.summary ?? null, operator.name)),
)
