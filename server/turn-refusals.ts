// What keeps a prompt from being sent, in words; and looking up what it is sent to.
import type { SessionTotals } from '../db/sessions.ts'
import type { TurnRow } from '../db/turns.ts'
import { HttpProblem } from './http/problem.ts'
import { refuseWhenSpent } from './session-budget.ts'
import { isOver } from './session-view.ts'
import type { Tables } from './tables.ts'

/** @throws HttpProblem 404 `no_such_session` */
export function findSession({ sessions }: Tables, id: string): SessionTotals {
  const session = sessions.byId(id)
  if (!session) throw new HttpProblem(404, 'no_such_session', `There is no session ${id}`)
  return session
}

/** @throws HttpProblem 404 `no_such_session`; 409 `session_closed` */
export function openSession(tables: Tables, id: string): SessionTotals {
  const session = findSession(tables, id)
  if (session.closed_at === null) return session
  throw new HttpProblem(409, 'session_closed', 'This session is closed: open a new one to go on')
}

/** @throws HttpProblem 409 `time_box_over` */
export function refuseWhenOver(session: SessionTotals): void {
  if (!isOver(session)) return
  const { id, ends_at } = session
  const detail = `The time box of this session ended at ${ends_at?.slice(11, 16)} UTC, so nothing new starts: extend it with a reason (POST /api/sessions/${id}/extend), then try again`
  throw new HttpProblem(409, 'time_box_over', detail, { ends_at })
}

/** @throws HttpProblem 409 `time_box_over`, `budget_spent` */
export function refuseWhenUsedUp(tables: Tables, session: SessionTotals): void {
  refuseWhenOver(session)
  refuseWhenSpent(tables, session.id)
}

/** @throws HttpProblem 404 `not_queued` */
export function queuedTurn({ turns }: Tables, sessionId: string, turnId: string): TurnRow {
  const turn = turns.byId(turnId)
  if (turn?.session_id === sessionId && turn.state === 'queued') return turn
  throw notQueued()
}

export function inProgress(turn: TurnRow | null): HttpProblem {
  return new HttpProblem(
    409,
    'turn_in_progress',
    `Turn ${turn?.id ?? ''} is running: wait for its end, stop it, or send the prompt with "queue": true`,
    { turn_id: turn?.id ?? null },
  )
}

export function notQueued(): HttpProblem {
  return new HttpProblem(404, 'not_queued', 'This prompt is not in the queue: it was started or removed')
}

export function stopping(): HttpProblem {
  return new HttpProblem(
    503,
    'stopping',
    'The console is stopping and starts nothing new: try again when it is back',
  )
}

export function nothingToStop(): HttpProblem {
  return new HttpProblem(
    404,
    'no_turn_running',
    'No turn is running in this session, so there is nothing to stop',
  )
}

/**
 * The answer to a request that came before.
 * @throws HttpProblem 422 `idempotency_key_reused`
 */
export function repetition(turn: TurnRow, prompt: string): { turn_id: string; state: TurnRow['state'] } {
  if (turn.prompt === prompt) return { turn_id: turn.id, state: turn.state }
  throw new HttpProblem(
    422,
    'idempotency_key_reused',
    'This Idempotency-Key was used for another prompt: use a new key',
    { turn_id: turn.id },
  )
}
