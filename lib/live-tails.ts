// What running commands have written lately, for whoever comes late: progress passes and is in no record.
import { isTerminal, type PassingEvent, type StreamEvent } from './events.ts'

/** Kept of each command, in UTF-16 units: its end. */
export const LIVE_TAIL_CHARACTERS = 64 * 1024
/** Commands kept at a time; the one that began first is dropped. */
export const LIVE_TAILS_MAX = 16

export type LiveTails = {
  /** Takes an event of the session in, as it passes. */
  take(event: StreamEvent): void
  /** One event for each command that runs: what it has written so far, in place of what was shown of it before. */
  list(): PassingEvent[]
}

/** The tails of one session. */
export function createLiveTails(): LiveTails {
  const tails = new Map<string, PassingEvent & { kind: 'tool' }>()
  return {
    take(event) {
      if (event.kind === 'tool' && event.phase === 'progress') {
        const known = event.tail ? undefined : tails.get(event.tool_use_id)
        const data = endOf(`${known?.data ?? ''}${event.data ?? ''}`)
        tails.set(event.tool_use_id, { ...(event as PassingEvent & { kind: 'tool' }), data, tail: true })
        const [first] = tails.keys()
        if (tails.size > LIVE_TAILS_MAX && first !== undefined) tails.delete(first)
      } else if (event.kind === 'tool' && event.phase === 'output') {
        tails.delete(event.tool_use_id)
      } else if (isTerminal(event)) {
        tails.clear() // a session has one turn at a time
      }
    },
    list: () => [...tails.values()],
  }
}

/** Not cut in the middle of a character. */
function endOf(text: string): string {
  return text.slice(-LIVE_TAIL_CHARACTERS).replace(/^[\uDC00-\uDFFF]/, '')
}
