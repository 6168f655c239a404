// Cuts a stream of bytes into lines, on LF only, with a bound on what it holds.

/** One line without its LF. A line over the cap has only its first bytes, and `bytes` says how many there were. */
export type Line = { data: Uint8Array; bytes: number; truncated: boolean; endOffset: number }

export type LineSplitter = {
  /** Takes the next bytes; complete lines go to `onLine` in order. */
  feed(chunk: Uint8Array): void
  /** Gives up what stands after the last LF as a line, if there is anything. */
  end(): void
  /** Bytes held back for the line that is not complete yet. */
  readonly pendingBytes: number
}

/** Longer lines are cut: 16 MiB holds every message the CLI writes by design. */
export const LINE_MAX_BYTES = 16 * 1024 * 1024

/**
 * Splits on LF bytes alone: U+2028, U+0085 and CR are text (`readline` splits on them).
 * A line that comes in pieces is gathered in one buffer that doubles, so it costs linear time however small the pieces are,
 * and no more than `maxBytes` of one line are ever held. What is held is copied: the caller may reuse its chunks.
 *
 * @param onLine called for each line; `endOffset` counts bytes from `startOffset` to just after the LF
 * @param onOverflow sees every byte of a line that passed the cap, for hashing; the fragments are the caller's again afterwards
 */
export function createLineSplitter(options: {
  onLine: (line: Line) => void
  onOverflow?: (fragment: Uint8Array, isFirst: boolean) => void
  maxBytes?: number
  startOffset?: number
}): LineSplitter {
  const { onLine, onOverflow, maxBytes = LINE_MAX_BYTES } = options
  let offset = options.startOffset ?? 0
  let held: Uint8Array = NOTHING
  let heldBytes = 0
  let bytes = 0
  let overflowed = false

  function take(fragment: Uint8Array) {
    if (fragment.length === 0) return
    const room = maxBytes - heldBytes
    if (overflowed) onOverflow?.(fragment, false)
    else if (fragment.length > room) {
      overflowed = true
      if (heldBytes > 0) onOverflow?.(held.subarray(0, heldBytes), true)
      onOverflow?.(fragment, heldBytes === 0)
    }
    bytes += fragment.length
    if (room > 0) hold(fragment.subarray(0, room))
  }

  function hold(fragment: Uint8Array) {
    const needed = heldBytes + fragment.length
    if (needed > held.length) {
      const larger = new Uint8Array(Math.min(maxBytes, Math.max(needed, held.length * 2)))
      larger.set(held.subarray(0, heldBytes))
      held = larger
    }
    held.set(fragment, heldBytes)
    heldBytes = needed
  }

  function emit(terminatorBytes: number) {
    offset += bytes + terminatorBytes
    const line = { data: held.subarray(0, heldBytes), bytes, truncated: overflowed, endOffset: offset }
    held = NOTHING
    heldBytes = 0
    bytes = 0
    overflowed = false
    onLine(line)
  }

  return {
    feed(chunk) {
      let start = 0
      for (let end = chunk.indexOf(10, start); end !== -1; end = chunk.indexOf(10, start)) {
        take(chunk.subarray(start, end))
        emit(1)
        start = end + 1
      }
      take(chunk.subarray(start))
    },
    end() {
      if (bytes > 0) emit(0)
    },
    get pendingBytes() {
      return heldBytes
    },
  }
}

const NOTHING = new Uint8Array(0)
