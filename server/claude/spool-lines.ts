// Turns the bytes of a spool into lines of text for the translator: split, decoded, hashed where they are long.
import { createHash, type Hash } from 'node:crypto'
import { createLineSplitter, type Line } from '../../lib/line-splitter.ts'

/** One line as the translator takes it. */
export type SpoolLine = {
  /** Without its LF; bytes that are no UTF-8 as U+FFFD. Of a truncated line only the beginning. */
  text: string
  /** The splitter held only the first LINE_MAX_BYTES of it. */
  truncated: boolean
  /** Size of the whole line in the spool, without its LF. */
  bytes: number
  /** Of the whole line's bytes, for lines over HASHED_LINE_BYTES. */
  sha256?: string
}

/** Longer lines carry their hash, since the record may hold only a part of them. */
export const HASHED_LINE_BYTES = 64 * 1024

export type SpoolLines = {
  /** Takes the next bytes of the spool; complete lines go to `onLine` in order. */
  feed(chunk: Uint8Array): void
  /** The spool will not grow any more: what stands after the last LF is a line as well. */
  end(): void
  /** Bytes held back for the line that is not complete yet. */
  readonly pendingBytes: number
}

/**
 * Contract: never throws; the same bytes give the same lines, whatever the chunks.
 * @param onLine gets each line and the spool offset in bytes just after it, which is what to commit with its events
 * @param startOffset where in the spool the first chunk begins; it must be the start of a line
 * @param maxBytes of one line that are held, LINE_MAX_BYTES unless given
 */
export function createSpoolLines(options: {
  onLine: (line: SpoolLine, endOffset: number) => void
  startOffset?: number
  maxBytes?: number
}): SpoolLines {
  const { onLine, ...rest } = options
  let overflow: Hash | undefined
  return createLineSplitter({
    ...rest,
    onOverflow(fragment, isFirst) {
      if (isFirst || !overflow) overflow = createHash('sha256')
      overflow.update(fragment)
    },
    onLine(line) {
      const hash = line.truncated ? overflow : longHash(line)
      overflow = undefined
      const { truncated, bytes } = line
      const text = decoder.decode(line.data)
      onLine({ text, truncated, bytes, ...(hash && { sha256: hash.digest('hex') }) }, line.endOffset)
    },
  })
}

// A byte order mark is kept: raw lines show what came.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

function longHash({ bytes, data }: Line): Hash | undefined {
  return bytes > HASHED_LINE_BYTES ? createHash('sha256').update(data) : undefined
}
