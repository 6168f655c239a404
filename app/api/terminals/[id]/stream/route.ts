import { problem, problemResponse } from '../../../../../server/http/problem.ts'
import { aboutTerminal } from '../../../../../server/http/route.ts'
import { route } from '../../../../../server/runtime.ts'
import { readOffset, terminalSource } from '../../../../../server/streams/terminal-stream.ts'

export const GET = route(
  { access: 'viewer', params: { id: 'uuid' }, passive: true, observer: aboutTerminal },
  ({ runtime, params: { id }, url, request, identity, operator }) => {
    const from = readOffset(request.headers.get('last-event-id'), url.searchParams.get('after'))
    if (from === null) {
      const detail =
        'Last-Event-ID or ?after= must be a whole number of bytes; leave it out for the whole screen'
      return problemResponse(problem(400, 'bad_position', detail))
    }
    const { terminals } = runtime
    terminals.mustShow(id)
    return runtime.openStream(identity, request, (sink) =>
      terminalSource(sink, (follower) => terminals.follow(id, operator.name, follower, from)),
    )
  },
)
