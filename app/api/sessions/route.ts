import { listSessionsSchema, openSessionSchema } from '../../../lib/api.ts'
import { json } from '../../../server/http/json.ts'
import { route } from '../../../server/runtime.ts'

export const GET = route({ access: 'viewer', query: listSessionsSchema }, ({ runtime, query }) =>
  json(200, runtime.sessions.list(query)),
)

export const POST = route(
  { access: 'operator', body: openSessionSchema },
  async ({ runtime, body, operator }) => {
    const session = await runtime.sessions.open(body, operator.name)
    return json(201, session, { location: `/api/sessions/${session.id}` })
  },
)
