// A subscriber of one session: exact replay from the record, the caught-up marker, what runs, then live.
import type { RecordedEvent, StreamEvent } from '../../lib/events.ts'
import type { ViewerChannel } from '../channel.ts'
import type { Source } from './sse.ts'

const PAGE_EVENTS = 100

/**
 * Feeds a subscriber. One that can't keep up loses partial text only: it goes back to reading the record,
 * at its own pace, and is told again when it has caught up. Nothing is queued for it here.
 *
 * @param after the last seq that the subscriber has
 * @param emit called in order, each recorded event once
 */
export function followSession(options: {
  sessionId: string
  after: number
  channel: ViewerChannel
  eventsAfter: (sessionId: string, seq: number, limit: number) => RecordedEvent[]
  headOf: (sessionId: string) => number
  hasRoom: () => boolean
  emit: (event: StreamEvent) => void
}): Source {
  const { sessionId, channel, eventsAfter, headOf, hasRoom, emit } = options
  // A position beyond the end, of a record that was restored from a backup, say, must not hide what is to come.
  let last = Math.min(options.after, headOf(sessionId))
  let live = false
  /** Read and not sent yet: who takes little at a time must not have a page read anew for each event. */
  let page: RecordedEvent[] = []

  const unsubscribe = channel.subscribe(sessionId, (events) => {
    if (!live) return
    for (const event of events) {
      if (!hasRoom()) {
        live = false
        return
      }
      if (event.seq === undefined) emit(event)
      else if (event.seq > last) {
        last = event.seq
        emit(event)
      }
    }
  })

  return {
    pump() {
      while (!live && hasRoom()) {
        if (page.length === 0) page = eventsAfter(sessionId, last, PAGE_EVENTS)
        const event = page.shift()
        if (event) {
          last = event.seq
          emit(event)
          continue
        }
        live = true
        emit({ kind: 'caught-up', seq: last })
        for (const tail of channel.tails(sessionId)) if (hasRoom()) emit(tail)
      }
    },
    close: unsubscribe,
  }
}
