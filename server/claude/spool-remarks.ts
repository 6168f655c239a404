// Looks into a spool apart from following a turn: whether its turn was opened, and what came after the end.
import { type EventBody, isPassing, isTerminal } from '../../lib/events.ts'
import { openSpool } from './spool.ts'
import { createSpoolLines, type SpoolLine } from './spool-lines.ts'
import { rawLine } from './text-events.ts'
import { createTranslator } from './translate.ts'

/** More than this after the end of a turn stays in the spool only. */
const REMARKS_MAX = 200

/** Whether the CLI has begun a turn in this process: it says `init` before anything is run. */
export function hasOpened(path: string): boolean {
  const translator = createTranslator({ resumed: false })
  let opened = false
  eachLine(path, 0, (line) => {
    opened ||= translator.translate(line, 0).session !== undefined
  })
  return opened
}

/**
 * What the CLI said after the end of a turn, unasked: no turn is open for it, so an end of one stands there as it came.
 * @param from spool offset in bytes of the turn's end
 */
export function remarksAfter(path: string, from: number): EventBody[] {
  const translator = createTranslator({ resumed: true })
  const events: EventBody[] = []
  eachLine(path, from, (line) => {
    const said = translator.translate(line, Date.now()).events.filter((event) => !isPassing(event))
    events.push(...(said.some(isTerminal) ? [rawLine(line)] : said))
  })
  return events.slice(0, REMARKS_MAX)
}

function eachLine(path: string, from: number, onLine: (line: SpoolLine) => void) {
  try {
    const spool = openSpool(path, from, () => undefined)
    const lines = createSpoolLines({ startOffset: from, onLine })
    for (let chunk = spool.read(); chunk; chunk = spool.read()) lines.feed(chunk)
    lines.end()
    spool.close()
  } catch {
    // There is no spool: nothing was said.
  }
}
