// The record of a session as a file: one event a line.
import type { RecordedEvent } from '../../lib/events.ts'

const PAGE_EVENTS = 500

/**
 * The events of a session as NDJSON, read as fast as the reader takes them.
 *
 * @param headSeq the last event of the export; what is recorded meanwhile is not in it
 */
export function exportNdjson(
  eventsAfter: (seq: number, limit: number) => RecordedEvent[],
  headSeq: number,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let last = 0
  return new ReadableStream({
    pull(controller) {
      const page = eventsAfter(last, PAGE_EVENTS).filter(({ seq }) => seq <= headSeq)
      const end = page.at(-1)
      if (!end) return controller.close()
      last = end.seq
      controller.enqueue(encoder.encode(page.map((event) => `${JSON.stringify(event)}\n`).join('')))
    },
  })
}
