import { json } from '../../../../../server/http/json.ts'
import { problem, problemResponse } from '../../../../../server/http/problem.ts'
import { route } from '../../../../../server/runtime.ts'

export const GET = route({ access: 'viewer', params: { id: 'uuid' } }, ({ runtime, params }) => {
  const session = runtime.sessions.get(params.id)
  return session
    ? json(200, { queue: session.queue })
    : problemResponse(problem(404, 'no_such_session', `There is no session ${params.id}`))
})
