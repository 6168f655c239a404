import { idempotencyKeySchema, listSessionsSchema, openSessionSchema } from '../../../lib/api.ts'
import { json } from '../../../server/http/json.ts'
import { parseInput } from '../../../server/http/read-input.ts'
import { route } from '../../../server/runtime.ts'

export const GET = route({ access: 'viewer', query: listSessionsSchema }, ({ runtime, query }) =>
  json(200, runtime.sessions.list(query)),
)

export const POST = route(
  { access: 'operator', body: openSessionSchema },
  async ({ runtime, body, operator, request }) => {
    const { key } = parseInput({ key: request.headers.get('idempotency-key') }, idempotencyKeySchema)
    const session = await runtime.sessions.open(body, operator.name, { key })
    return json(201, session, { location: `/api/sessions/${session.id}` })
  },
)
