import { changeSessionSchema } from '../../../../lib/choice-api.ts'
import { json } from '../../../../server/http/json.ts'
import { problem, problemResponse } from '../../../../server/http/problem.ts'
import { aboutSession } from '../../../../server/http/route.ts'
import { route } from '../../../../server/runtime.ts'

const params = { id: 'uuid' } as const

export const GET = route({ access: 'viewer', params, observer: aboutSession }, ({ runtime, params }) => {
  const session = runtime.sessions.get(params.id)
  return session
    ? json(200, { ...session, watching: runtime.presence.of(params.id) })
    : problemResponse(problem(404, 'no_such_session', `There is no session ${params.id}`))
})

export const PATCH = route(
  { access: 'operator', params, body: changeSessionSchema },
  ({ runtime, params, body, operator }) => json(200, runtime.choices.change(params.id, body, operator.name)),
)
