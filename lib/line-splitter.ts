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
 * Fragments stay in an array and are joined once, so a line of any length costs linear time,
 * and no more than `maxBytes` of one line are ever held.
 *
 * @param onLine called for each line; `endOffset` counts bytes from `startOffset` to just after the LF
 * @param onOverflow sees every byte of a line that passed the cap, for hashing
 */
export function createLineSplitter(options: {
  onLine: (line: Line) => void
  onOverflow?: (fragment: Uint8Array, isFirst: boolean) => void
  maxBytes?: number
  startOffset?: number
}): LineSplitter {
  const { onLine, onOverflow, maxBytes = LINE_MAX_BYTES } = options
  let offset = options.startOffset ?? 0
  let fragments: Uint8Array[] = []
  let held = 0
  let bytes = 0
  let overflowed = false

  function take(fragment: Uint8Array) {
    if (fragment.length === 0) return
    const room = maxBytes - held
    if (!overflowed && fragment.length > room) {
      overflowed = true
      for (const [index, earlier] of fragments.entries()) onOverflow?.(earlier, index === 0)
      onOverflow?.(fragment, fragments.length === 0)
    } else if (overflowed) {
      onOverflow?.(fragment, false)
    }
    bytes += fragment.length
    // A copy, so that a large read buffer isn't kept alive by a short remainder.
    const kept = fragment.length > room ? fragment.slice(0, room) : fragment.slice()
    if (kept.length > 0) fragments.push(kept)
    held += kept.length
  }

  function emit(terminatorBytes: number) {
    offset += bytes + terminatorBytes
    const line = { data: join(fragments, held), bytes, truncated: overflowed, endOffset: offset }
    fragments = []
    held = 0
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
      return bytes
    },
  }
}

function join(fragments: Uint8Array[], length: number): Uint8Array {
  if (fragments.length === 1 && fragments[0]) return fragments[0]
  const joined = new Uint8Array(length)
  let at = 0
  for (const fragment of fragments) {
    joined.set(fragment, at)
    at += fragment.length
  }
  return joined
}
