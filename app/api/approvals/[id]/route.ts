import { answerApprovalSchema } from '../../../../lib/api.ts'
import { json } from '../../../../server/http/json.ts'
import { problem, problemResponse } from '../../../../server/http/problem.ts'
import { route } from '../../../../server/runtime.ts'

export const POST = route(
  { access: 'operator', params: { id: 'uuid' }, body: answerApprovalSchema },
  ({ runtime, params, body, operator }) => {
    const decided = runtime.gate.decide(params.id, body.decision, operator.name, body.reason ?? null)
    if (decided === null)
      return problemResponse(problem(404, 'no_such_approval', `There is no approval ${params.id}`))
    if (decided === 'late') {
      const detail = 'This question is no longer open: somebody has answered it, or its turn has ended'
      return problemResponse(problem(409, 'approval_not_pending', detail))
    }
    return json(200, decided)
  },
)
