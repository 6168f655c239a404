import { problem, problemResponse } from '../../../server/http/problem.ts'
import { route } from '../../../server/runtime.ts'
import {
  aboutStream,
  readPositions,
  readTerminalPositions,
  sharedSource,
} from '../../../server/streams/shared-stream.ts'

export const GET = route(
  { access: 'viewer', passive: true, observer: aboutStream },
  ({ runtime, url, request, identity, operator }) => {
    const positions = readPositions(url.searchParams.getAll('at'))
    const terminalPositions = readTerminalPositions(url.searchParams.getAll('term'))
    if (!positions || !terminalPositions) {
      const detail =
        'Name up to 50 positions as ?at=SESSION:SEQ, each the id of a session and a whole number, and up to 24 as ?term=TERMINAL:OFFSET'
      return problemResponse(problem(400, 'bad_position', detail))
    }
    const { channel, presence, server, sessions, terminals } = runtime
    const { eventsAfter, headOf } = sessions
    const record = { channel, presence, eventsAfter, headOf, followTerminal: terminals.follow }
    const who = { server, operator: operator.name }
    return runtime.openStream(identity, request, (sink) =>
      sharedSource(sink, record, who, positions, terminalPositions),
    )
  },
)
