// The event stream of one session, as the contract describes it.
import type { RecordedEvent } from '../../lib/events.ts'
import type { ViewerChannel } from '../channel.ts'
import { followSession } from './follow-session.ts'
import type { Presence } from './presence.ts'
import type { Sink, Source } from './sse.ts'

/**
 * Whoever reads along is among those who watch.
 *
 * @param after the last seq that the client has; 0 for the whole record
 */
export function sessionSource(
  sink: Sink,
  record: {
    channel: ViewerChannel
    eventsAfter: (sessionId: string, seq: number, limit: number) => RecordedEvent[]
    headOf: (sessionId: string) => number
    presence: Presence
  },
  operator: string,
  sessionId: string,
  after: number,
): Source {
  const leave = record.presence.enter(sessionId, operator)
  const source = followSession({
    ...record,
    sessionId,
    after,
    hasRoom: sink.hasRoom,
    emit: (event) => sink.send(JSON.stringify(event), event.kind === 'caught-up' ? undefined : event.seq),
  })
  return {
    ...source,
    close() {
      source.close()
      leave()
    },
  }
}

/**
 * Where a client wants to go on: `Last-Event-ID` (sent by EventSource when it reconnects) before `?after=`.
 * @returns null when it is not a whole number from 0 on
 */
export function readPosition(lastEventId: string | null, after: string | null): number | null {
  const given = lastEventId ?? after ?? '0'
  return /^\d{1,15}$/.test(given) ? Number(given) : null
}
