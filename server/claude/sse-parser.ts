// Reads server-sent events out of bytes: the data of each event, with a bound on what it holds.
import { createLineSplitter } from '../../lib/line-splitter.ts'

/** A longer event is passed over: no event of the Messages API comes near it. */
export const SSE_EVENT_MAX_BYTES = 16 * 1024 * 1024

export type SseParser = {
  /** Takes the next bytes; the data of complete events goes to `onData` in order. */
  feed(chunk: Uint8Array): void
}

/**
 * Contract: never throws; the same bytes give the same events, whatever the chunks.
 * What stands after the last empty line is no event, as the specification says: a stream that was cut has said no more.
 *
 * @param onData gets the `data` lines of an event, joined with LF
 */
export function createSseParser(
  onData: (data: string) => void,
  maxBytes: number = SSE_EVENT_MAX_BYTES,
): SseParser {
  const decoder = new TextDecoder()
  let data: string[] = []
  let bytes = 0
  let tooLong = false

  const lines = createLineSplitter({
    maxBytes,
    onLine(line) {
      const text = decoder.decode(line.data).replace(/\r$/, '')
      if (text === '' && !line.truncated) return dispatch()
      if (!text.startsWith('data:')) return
      bytes += line.bytes
      tooLong ||= line.truncated || bytes > maxBytes
      if (tooLong) data = []
      else data.push(text.startsWith('data: ') ? text.slice(6) : text.slice(5))
    },
  })

  function dispatch() {
    if (data.length > 0) onData(data.join('\n'))
    data = []
    bytes = 0
    tooLong = false
  }

  return { feed: lines.feed }
}
