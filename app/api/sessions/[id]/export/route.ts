import { exportQuerySchema } from '../../../../../lib/api.ts'
import { problem, problemResponse } from '../../../../../server/http/problem.ts'
import { route } from '../../../../../server/runtime.ts'
import { exportNdjson } from '../../../../../server/streams/export-record.ts'

export const GET = route(
  { access: 'viewer', params: { id: 'uuid' }, query: exportQuerySchema },
  ({ runtime, params: { id }, query, operator }) => {
    const session = runtime.sessions.get(id)
    if (!session) return problemResponse(problem(404, 'no_such_session', `There is no session ${id}`))
    const shown = query.raw ? runtime.raw.look(id, operator, 'export') : runtime.sessions
    const eventsAfter = (seq: number, limit: number) => shown.eventsAfter(id, seq, limit)
    return new Response(exportNdjson(eventsAfter, session.head_seq), {
      headers: {
        'content-type': 'application/x-ndjson; charset=utf-8',
        'content-disposition': `attachment; filename="breakglass-${id}.ndjson"`,
      },
    })
  },
)
