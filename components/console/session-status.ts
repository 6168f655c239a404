import type { SessionDetail, SessionStatus } from '../../lib/api.ts'
import { assertNever } from '../../lib/assert-never.ts'
import type { RecordSnapshot } from '../../lib/block-types.ts'
import type { Outcome } from '../../lib/events.ts'
import type { Severity } from '../ui/severity.tsx'

/** How the session stands: by its record once that has been read, before that by what the server said. */
export function statusOf(detail: SessionDetail, record: RecordSnapshot): SessionStatus {
  if (detail.status === 'closed' || record.facts.closed) return 'closed'
  if (!record.caught_up) return detail.status
  if (record.facts.pending.length > 0) return 'needs_you'
  if (record.facts.running) return 'running'
  if (detail.status === 'over') return 'over'
  return detail.queue.length > 0 && (detail.status === 'held' || record.facts.held) ? 'held' : 'idle'
}

/** The word for it, its shape, and the mark that stands before the title of the tab. */
export function describeStatus(
  status: SessionStatus,
  last: Outcome | null,
): { severity: Severity; word: string; mark: string } {
  switch (status) {
    case 'running':
      return { severity: 'running', word: 'Running', mark: '● Running' }
    case 'needs_you':
      return { severity: 'warn', word: 'Needs you', mark: '! Needs you' }
    case 'held':
      return { severity: 'warn', word: 'Held', mark: '! Held' }
    case 'over':
      return { severity: 'warn', word: 'Time is up', mark: '! Time is up' }
    case 'closed':
      return { severity: 'quiet', word: 'Closed', mark: '✓ Closed' }
    case 'idle':
      if (last === null) return { severity: 'quiet', word: 'Ready', mark: '' }
      if (last === 'success') return { severity: 'ok', word: 'Done', mark: '✓' }
      if (last === 'interrupted') return { severity: 'warn', word: 'Stopped', mark: '✕ Stopped' }
      if (last === 'timeout') return { severity: 'error', word: 'Out of time', mark: '✕ Out of time' }
      return { severity: 'error', word: 'Failed', mark: '✕ Failed' }
    default:
      return assertNever(status)
  }
}
