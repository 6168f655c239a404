import { answerApprovalSchema } from '../../../../lib/gate-api.ts'
import { json } from '../../../../server/http/json.ts'
import { route } from '../../../../server/runtime.ts'

export const POST = route(
  { access: 'operator', params: { id: 'uuid' }, body: answerApprovalSchema },
  ({ runtime, params, body, operator }) => json(200, runtime.gate.decide(params.id, body, operator)),
)
