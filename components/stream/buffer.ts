import type { RecordedEvent } from '../../lib/events.ts'

export const BUFFER_EVENTS = 4000
const BUFFER_CHARACTERS = 8 * 1024 * 1024

/** The recent part of one session's record: whole from `from` (not included) to `last`. At its cap the oldest half goes. */
export function createBuffer() {
  let events: { event: RecordedEvent; size: number }[] = []
  let size = 0
  let from = 0
  let last = 0
  return {
    /** @param characters the length of the event as JSON @returns false when the event is known already */
    add(event: RecordedEvent, characters: number): boolean {
      if (event.seq <= last) return false
      last = event.seq
      events.push({ event, size: characters })
      size += characters
      if (events.length > BUFFER_EVENTS || size > BUFFER_CHARACTERS) {
        const cut = Math.ceil(events.length / 2)
        from = events[cut - 1]?.event.seq ?? last
        events = events.slice(cut)
        size = events.reduce((sum, entry) => sum + entry.size, 0)
      }
      return true
    },
    /** What has been seen after a seq, or null when part of that is no longer here. */
    after(seq: number): RecordedEvent[] | null {
      if (seq < from) return null
      return events.filter(({ event }) => event.seq > seq).map(({ event }) => event)
    },
    last: () => last,
  }
}
