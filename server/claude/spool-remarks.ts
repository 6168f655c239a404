// Looks into a spool apart from following a turn: where its turns begin, whether one was opened, what was said between them.
import { isPassing, isTerminal } from '../../lib/event-checks.ts'
import type { EventBody } from '../../lib/events.ts'
import { openSpool } from './spool.ts'
import { createSpoolLines, type SpoolLine } from './spool-lines.ts'
import { rawLine } from './text-events.ts'
import { createTranslator, type Translation } from './translate.ts'

/** More than this after the end of a turn stays in the spool only. */
export const REMARKS_MAX = 200

/** Whether the CLI has begun a turn in this process: it says `init` before anything is run. @param from spool offset in bytes */
export function hasOpened(path: string, from = 0): boolean {
  return someTranslation(path, from, ({ session }) => session !== undefined)
}

/** Whether the CLI has said anything of a turn, which one that waits for its prompt does not. */
export function hasSpoken(path: string): boolean {
  const isSaid = ({ kind }: EventBody) => kind === 'text' || kind === 'tool' || kind === 'result'
  return someTranslation(path, 0, ({ session, events }) => session !== undefined || events.some(isSaid))
}

/** Whether the CLI has asked for a tool. @param from spool offset in bytes */
export function hasCalled(path: string, from: number): boolean {
  return someTranslation(path, from, ({ events }) => events.some(({ kind }) => kind === 'tool'))
}

/**
 * Where the turn begins that was running when the spool had been read to `read`: behind the last end of one.
 * @returns spool offset in bytes, and what the process had cost until then, in USD
 */
export function turnStart(path: string, read: number): { from: number; spentUsd: number } {
  const translator = createTranslator({ resumed: true })
  const start = { from: 0, spentUsd: 0 }
  eachLine(path, 0, (line, endOffset) => {
    if (endOffset > read) return
    translator.beginTurn()
    const [end] = translator.translate(line, 0).events.filter(({ kind }) => kind === 'result')
    if (end?.kind !== 'result') return
    start.from = endOffset
    start.spentUsd += end.total_cost_usd ?? 0
  })
  return start
}

/**
 * What the CLI said after the end of a turn, unasked: no turn is open for it, so an end of one stands there as it came.
 * @param from spool offset in bytes of the turn's end
 */
export function remarksAfter(path: string, from: number): EventBody[] {
  const translator = createTranslator({ resumed: true })
  const events: EventBody[] = []
  eachLine(path, from, (line) => {
    events.push(...remarksOf(translator.translate(line, Date.now()), line))
  })
  return events.slice(0, REMARKS_MAX)
}

/** What is recorded of a line that no turn of ours is open for. */
export function remarksOf({ events }: Translation, line: SpoolLine): EventBody[] {
  const said = events.filter((event) => !isPassing(event))
  return said.some(isTerminal) ? [rawLine(line)] : said
}

/** What somebody has typed by hand into a TUI; null where that was not told yet. @param from spool offset in bytes */
export function typedAfter(path: string, from: number): { text: string; shell: boolean } | null {
  let typed: { text: string; shell: boolean } | null = null
  someTranslation(path, from, ({ events }) => {
    for (const event of events) {
      if (event.kind === 'control' && event.action === 'typed_turn')
        typed ??= { text: event.reason ?? '', shell: event.shell === true }
    }
    return false
  })
  return typed
}

function someTranslation(path: string, from: number, fits: (translation: Translation) => boolean): boolean {
  const translator = createTranslator({ resumed: false })
  let found = false
  eachLine(path, from, (line) => {
    found ||= fits(translator.translate(line, 0))
  })
  return found
}

function eachLine(path: string, from: number, onLine: (line: SpoolLine, endOffset: number) => void) {
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
