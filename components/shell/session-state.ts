import type { SessionView } from '../../lib/api.ts'
import { assertNever } from '../../lib/assert-never.ts'
import { formatCost, formatDuration, formatPlural, oneLine } from '../../lib/format.ts'
import type { Severity } from '../ui/severity.tsx'

const GROUPS = ['Needs you', 'Running', 'Open', 'Earlier'] as const
export type Group = (typeof GROUPS)[number]

export type SessionState = {
  group: Group
  severity: Severity
  word: string
  /** One line: what it waits for, what it does, or how it ended. */
  detail: string
}

/** How a session stands, in the words and the severity that every list uses. */
export function describeSession(session: SessionView): SessionState {
  switch (session.status) {
    case 'needs_you':
      return {
        group: 'Needs you',
        severity: 'warn',
        word: 'Needs you',
        detail: `${formatPlural(session.pending_approvals, 'approval')} ${session.pending_approvals === 1 ? 'waits' : 'wait'} for an answer`,
      }
    case 'held':
      return {
        group: 'Needs you',
        severity: 'warn',
        word: 'Held',
        detail: `${formatPlural(session.queued, 'prompt')} held: the last turn ${LAST[session.last_outcome ?? 'error']}`,
      }
    case 'running':
      return {
        group: 'Running',
        severity: 'running',
        word: 'Running',
        detail: session.current_turn ? oneLine(session.current_turn.prompt, 80) : 'Starting',
      }
    case 'over':
      return {
        group: session.queued > 0 ? 'Needs you' : 'Open',
        severity: 'warn',
        word: 'Time is up',
        detail: `Time is up${session.queued > 0 ? `, ${formatPlural(session.queued, 'prompt')} held` : ''}: extend it or close it`,
      }
    case 'idle':
      return describeIdle(session)
    case 'closed':
      return describeClosed(session)
    default:
      return assertNever(session.status)
  }
}

/** Sessions in the order in which they want attention; groups without any are left out. */
export function groupSessions(sessions: SessionView[]): { group: Group; sessions: SessionView[] }[] {
  const states = sessions.map((session) => ({ session, group: describeSession(session).group }))
  return GROUPS.flatMap((group) => {
    const members = states.filter((state) => state.group === group).map((state) => state.session)
    return members.length > 0 ? [{ group, sessions: members }] : []
  })
}

/** How long a session was or has been open, in minutes rather than on a clock: `14 min`. */
export function formatSpan(session: SessionView): string {
  const end = Date.parse(session.closed_at ?? session.last_event_at)
  const ms = end - Date.parse(session.created_at)
  return ms >= 60_000 && ms < 3_570_000 ? `${Math.round(ms / 60_000)} min` : formatDuration(ms)
}

const LAST = {
  success: 'succeeded',
  error: 'failed',
  interrupted: 'was stopped',
  timeout: 'ran out of time',
  incomplete: 'broke off',
} as const

function describeIdle(session: SessionView): SessionState {
  const last = session.last_outcome
  const failed = last === 'error' || last === 'timeout' || last === 'incomplete'
  return {
    group: 'Open',
    severity: failed ? 'error' : 'quiet',
    word: failed ? (last === 'timeout' ? 'Out of time' : 'Failed') : 'Open',
    detail: last ? `Last turn ${LAST[last]}` : 'Nothing asked yet',
  }
}

function describeClosed(session: SessionView): SessionState {
  const facts = [session.outcome ?? 'closed', formatSpan(session)]
  if (session.total_cost_usd) facts.push(formatCost(session.total_cost_usd))
  const detail = facts.join(' · ')
  if (session.outcome === 'resolved') return { group: 'Earlier', severity: 'ok', word: 'Resolved', detail }
  if (session.outcome === 'mitigated')
    return { group: 'Earlier', severity: 'info', word: 'Mitigated', detail }
  return { group: 'Earlier', severity: 'quiet', word: session.outcome ? 'Abandoned' : 'Closed', detail }
}
