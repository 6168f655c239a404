import { eventsQuerySchema } from '../../../../../lib/api.ts'
import { json } from '../../../../../server/http/json.ts'
import { problem, problemResponse } from '../../../../../server/http/problem.ts'
import { parseQuery } from '../../../../../server/http/read-input.ts'
import { aboutSession } from '../../../../../server/http/route.ts'
import { route } from '../../../../../server/runtime.ts'
import { readPosition, sessionSource } from '../../../../../server/streams/session-stream.ts'

export const GET = route(
  { access: 'viewer', params: { id: 'uuid' }, passive: true, observer: aboutSession },
  ({ runtime, params: { id }, url, request, identity, operator }) => {
    const session = runtime.sessions.get(id)
    if (!session) return problemResponse(problem(404, 'no_such_session', `There is no session ${id}`))
    if (!request.headers.get('accept')?.includes('text/event-stream')) {
      const { after, limit, raw } = parseQuery(url.searchParams, eventsQuerySchema)
      const { eventsAfter } = raw ? runtime.raw.look(id, operator, 'events') : runtime.sessions
      return json(200, { events: eventsAfter(id, after, limit), head_seq: session.head_seq })
    }
    const after = readPosition(request.headers.get('last-event-id'), url.searchParams.get('after'))
    if (after === null) {
      const detail =
        'Last-Event-ID or ?after= must be the whole number of an event, or 0 for the whole record'
      return problemResponse(problem(400, 'bad_position', detail))
    }
    const { channel, presence } = runtime
    const { eventsAfter, headOf } = runtime.sessions
    return runtime.openStream(identity, request, (sink) =>
      sessionSource(sink, { channel, eventsAfter, headOf, presence }, operator.name, id, after),
    )
  },
)
