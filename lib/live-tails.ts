// What running commands have written lately, for whoever comes late: progress passes and is in no record.
import { isTerminal } from './event-checks.ts'
import type { PassingEvent, StreamEvent } from './events.ts'

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

type Progress = PassingEvent & ({ kind: 'tool' } | { kind: 'verb' })

/** Which command wrote something; null where the event says something else. */
function progressOf(event: StreamEvent): string | null {
  if (event.kind === 'tool') return event.phase === 'progress' ? event.tool_use_id : null
  return event.kind === 'verb' && event.phase === 'output' ? event.run_id : null
}

/** The tails of one session. */
export function createLiveTails(): LiveTails {
  const tails = new Map<string, Progress>()
  return {
    take(event) {
      const id = progressOf(event)
      if (id !== null) {
        const passing = event as Progress
        const known = passing.tail ? undefined : tails.get(id)
        tails.set(id, { ...passing, data: endOf(`${known?.data ?? ''}${passing.data ?? ''}`), tail: true })
        const [first] = tails.keys()
        if (tails.size > LIVE_TAILS_MAX && first !== undefined) tails.delete(first)
      } else if (event.kind === 'tool' && event.phase === 'output') {
        tails.delete(event.tool_use_id)
      } else if (event.kind === 'verb') {
        tails.delete(event.run_id) // another phase has begun
      } else if (isTerminal(event)) {
        // A session has one turn at a time; verbs go on beside it.
        for (const [id, tail] of tails) if (tail.kind === 'tool') tails.delete(id)
      }
    },
    list: () => [...tails.values()],
  }
}

/** Not cut in the middle of a character. */
function endOf(text: string): string {
  return text.slice(-LIVE_TAIL_CHARACTERS).replace(/^[\uDC00-\uDFFF]/, '')
}
