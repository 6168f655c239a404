// What a terminal has said lately, numbered by bytes: from here everyone who watches reads at their own pace.
import type { TerminalFrame } from '../../lib/terminal-api.ts'

/** Output that is kept for those who come back or lag behind; who is further behind gets a snapshot. */
export const HISTORY_BYTES = 1024 * 1024
/** The most output that one frame carries. */
const FRAME_BYTES = 32 * 1024
/** What a frame without output counts against the cap. */
const FRAME_COST_BYTES = 128

type Entry = { offset: number; cost: number } & ({ bytes: Uint8Array } | { frame: TerminalFrame })

/** A frame, the offset after it, and the number of the entry that comes next. */
export type Read = { frame: TerminalFrame; offset: number; next: number }

export function createHistory() {
  let entries: Entry[] = []
  /** Number of the first entry that is kept. */
  let first = 0
  let kept = 0
  let end = 0

  function add(entry: Entry) {
    entries.push(entry)
    kept += entry.cost
    if (kept <= 2 * HISTORY_BYTES) return
    let cut = 0
    for (; kept > HISTORY_BYTES; cut += 1) kept -= entries[cut]?.cost ?? kept
    entries = entries.slice(cut)
    first += cut
  }

  return {
    addBytes(bytes: Uint8Array) {
      end += bytes.length
      add({ offset: end, cost: bytes.length, bytes })
    },
    addFrame(frame: TerminalFrame) {
      add({ offset: end, cost: FRAME_COST_BYTES, frame })
    },
    /** Bytes of output so far. */
    offset: () => end,
    /** The number of the entry to come. */
    next: () => first + entries.length,
    /** The entry that a reader who has everything up to `offset` goes on with, or null when that is no longer here. */
    find(offset: number): number | null {
      if (offset > end) return null
      const index = entries.findIndex(
        (entry) => entry.offset > offset || ('frame' in entry && entry.offset === offset),
      )
      if (index === -1) return first + entries.length
      const entry = entries[index]
      const start = entry && 'bytes' in entry ? entry.offset - entry.bytes.length : offset
      return start > offset && index === 0 ? null : first + index
    },
    /**
     * Reads on, output in pieces of a good size.
     * @param after what of the output the reader has already
     * @returns null at the end; 'lost' when the entry is no longer here
     */
    read(number: number, after: number): Read | 'lost' | null {
      if (number < first) return 'lost'
      const entry = entries[number - first]
      if (!entry) return null
      if ('frame' in entry) return { frame: entry.frame, offset: entry.offset, next: number + 1 }
      const parts: Uint8Array[] = []
      let size = 0
      let next = number
      let offset = after
      for (let each = entries[next - first]; each && 'bytes' in each; each = entries[next - first]) {
        if (size > 0 && size + each.bytes.length > FRAME_BYTES) break
        const start = each.offset - each.bytes.length
        parts.push(each.bytes.subarray(Math.max(0, after - start)))
        size += each.bytes.length
        offset = each.offset
        next += 1
      }
      return { frame: { data: Buffer.concat(parts).toString('base64') }, offset, next }
    },
  }
}
