// What the CLI says on stderr, as events while the turn runs.
import { join } from 'node:path'
import type { BodyOf } from '../../lib/events.ts'
import { openSpool } from './spool.ts'
import { createSpoolLines } from './spool-lines.ts'

/** More than this of one process's stderr stays in its file only. */
const STDERR_RECORD_MAX_BYTES = 64 * 1024
const STDERR_LINE_MAX_BYTES = 4096

export type StderrReader = {
  /**
   * The lines since the last call.
   * @param hasEnded nothing will follow: what stands after the last LF is a line as well
   */
  read(hasEnded: boolean): BodyOf<'error'>[]
  readonly offset: number
  close(): void
}

/** @param offset in bytes, up to which stderr is in the record */
export function createStderrReader(directory: string, offset: number, onGrowth: () => void): StderrReader {
  const spool = openSpool(join(directory, 'stderr'), offset, onGrowth)
  let events: BodyOf<'error'>[] = []
  let recorded = offset
  let told = offset > STDERR_RECORD_MAX_BYTES
  const event = (error: string): BodyOf<'error'> => ({
    kind: 'error',
    error,
    code: 'cli_stderr',
    fatal: false,
  })
  const lines = createSpoolLines({
    startOffset: offset,
    maxBytes: STDERR_LINE_MAX_BYTES,
    onLine(line, endOffset) {
      recorded = endOffset
      if (line.text.trim() === '') return
      if (endOffset <= STDERR_RECORD_MAX_BYTES) events.push(event(line.text))
      else if (!told) {
        told = true
        events.push(
          event(
            'The CLI writes more on stderr than is recorded here; the whole is in the file stderr beside the spool',
          ),
        )
      }
    },
  })
  return {
    read(hasEnded) {
      for (let chunk = spool.read(); chunk; chunk = spool.read()) lines.feed(chunk)
      if (hasEnded) lines.end()
      const heard = events
      events = []
      return heard
    },
    get offset() {
      return recorded
    },
    close: spool.close,
  }
}
