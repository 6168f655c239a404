import type { SessionView } from '../../lib/api.ts'
import { describeSession } from '../shell/session-state.ts'

const EARLIER_SHOWN = 5

/** How many sessions wait for an operator. */
function countNeeds(sessions: SessionView[]): number {
  return sessions.filter((session) => describeSession(session).group === 'Needs you').length
}

/** Whether a session wants somebody's eye at this moment. */
export function isActive(session: SessionView): boolean {
  const { group } = describeSession(session)
  return group === 'Needs you' || group === 'Running'
}

/** All that is open, and the last few that are closed. */
export function chooseSessions(sessions: SessionView[]): SessionView[] {
  let earlier = 0
  return sessions.filter((session) => session.status !== 'closed' || ++earlier <= EARLIER_SHOWN)
}

/** What the tab says on Now. */
export function nowTitle(sessions: SessionView[]): string {
  const needs = countNeeds(sessions)
  return needs > 0 ? `! ${needs} need${needs === 1 ? 's' : ''} you` : 'Now'
}
