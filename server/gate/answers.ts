// An operator's answer to a question: whether it may be given, and what follows.
import type { ApprovalDecision, ApprovalRow } from '../../db/approvals.ts'
import type { Role } from '../../lib/api.ts'
import type { Vote } from '../../lib/events.ts'
import type { ApprovalAnswer } from '../../lib/gate-api.ts'
import { HttpProblem } from '../http/problem.ts'
import { kindOf } from './approval-view.ts'

export type Answerer = { name: string; role: Role }

/**
 * Pure: one denial denies; two allowances of different people allow what needs two, or one of an admin who overrides it.
 *
 * @param row null where there is none of this id
 * @param earlier votes on it
 * @returns the vote, all votes with it, and the row's new values; `pending` where another vote is needed
 * @throws HttpProblem 404 `no_such_approval`; 409 `approval_not_pending`, `already_voted`, `no_session_scope`; 403 `admin_only`;
 * 400 `nothing_to_override`, `answers_needed`, `no_answers_wanted`
 */
export function weigh(
  id: string,
  row: ApprovalRow | null,
  earlier: readonly Vote[],
  answer: ApprovalAnswer,
  by: Answerer,
) {
  if (!row) throw new HttpProblem(404, 'no_such_approval', `There is no approval ${id}`)
  if (row.state !== 'pending') throw tooLate(row)
  refuseUnfit(row, answer, by)
  const own = earlier.find(({ operator }) => operator === by.name)
  if (own && answer.decision === 'allow' && !answer.override) {
    const detail = `You have allowed it at ${own.at}: a second person has to allow it too`
    throw new HttpProblem(409, 'already_voted', detail, { votes: earlier })
  }
  const at = new Date().toISOString()
  const vote: Vote = { operator: by.name, decision: answer.decision, at }
  const votes = [...earlier.filter((each) => each !== own), vote]
  const isEnough = answer.override || votes.length >= row.needed
  const isDecided = answer.decision === 'deny' || isEnough
  const given = answer.reason || null
  const decision: ApprovalDecision = {
    id,
    state: !isDecided ? 'pending' : answer.decision === 'allow' ? 'allowed' : 'denied',
    operator: isDecided ? by.name : null,
    reason: isDecided ? given : row.reason,
    scope: isDecided && answer.decision === 'allow' ? answer.scope : null,
    override: answer.override ? 1 : 0,
    answers: answer.answers ? JSON.stringify(answer.answers) : null,
    decided_at: isDecided ? at : null,
  }
  return { vote, votes, decision: { ...row, ...decision } }
}

function tooLate({ state, operator, decided_at, reason }: ApprovalRow): HttpProblem {
  const at = decided_at ? ` at ${decided_at}` : ''
  const said = {
    pending: 'It is open',
    allowed: operator ? `${operator} has allowed it${at}` : 'The policy has allowed it',
    denied: operator ? `${operator} has denied it${at}` : 'The policy has refused it',
    expired: `Nobody can answer it any more${at ? ` since${at.slice(3)}` : ''}: ${reason ?? 'it has expired'}`,
  }[state]
  return new HttpProblem(409, 'approval_not_pending', said, { state, operator, decided_at })
}

/** What this question can't be answered with. */
function refuseUnfit(row: ApprovalRow, { decision, scope, override, answers }: ApprovalAnswer, by: Answerer) {
  if (decision === 'allow' && scope === 'session' && row.grant_key === null) {
    const detail = 'This can be allowed once only: the next call may do something else, or needs two people'
    throw new HttpProblem(409, 'no_session_scope', detail)
  }
  if (override && (decision === 'deny' || row.needed < 2))
    throw new HttpProblem(400, 'nothing_to_override', 'One answer is enough here: leave "override" out')
  if (override && by.role !== 'admin')
    throw new HttpProblem(403, 'admin_only', 'Only an admin can allow alone what two people should')
  if (kindOf(row.tool_name) !== 'question') {
    if (answers)
      throw new HttpProblem(400, 'no_answers_wanted', 'This call asks no questions: leave "answers" out')
    return
  }
  if (decision === 'deny') return
  const missing = questionsOf(row).filter((question) => (answers?.[question] ?? '').trim() === '')
  const [first] = missing
  if (first === undefined) return
  const detail = `There is no answer to ${JSON.stringify(first)}: give one in "answers" under the question’s own text`
  throw new HttpProblem(400, 'answers_needed', detail, { missing })
}

function questionsOf({ input }: ApprovalRow): string[] {
  const { questions } = JSON.parse(input) as { questions?: unknown }
  if (!Array.isArray(questions)) return []
  return questions.flatMap((each: unknown) =>
    typeof each === 'object' && each !== null && 'question' in each && typeof each.question === 'string'
      ? [each.question]
      : [],
  )
}
