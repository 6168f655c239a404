// The gate: what every tool call passes before it runs. No answer, no tool.
import { randomUUID } from 'node:crypto'
import type { ApprovalRow, NewApproval } from '../../db/approvals.ts'
import { assertNever } from '../../lib/assert-never.ts'
import type { BodyOf } from '../../lib/events.ts'
import type { ApprovalAnswer, ApprovalView, GrantView } from '../../lib/gate-api.ts'
import type { Decision, Question } from '../drivers/driver.ts'
import { HttpProblem } from '../http/problem.ts'
import type { Recorder } from '../recorder.ts'
import type { Tables } from '../tables.ts'
import { type Answerer, weigh } from './answers.ts'
import { kindOf, toDecision, toEvent, toView } from './approval-view.ts'
import { grantKey, viewGrant } from './grants.ts'
import type { Examined } from './policy/engine.ts'
import { nobodyAnswered } from './time-outs.ts'

export type Gate = ReturnType<typeof createGate>

/** The turn that a question belongs to. */
export type Asker = { sessionId: string; turnId: string; processId: string }

/**
 * @param options.examine judges each call when it is asked, and once more before an operator's answer lets it run
 * @param options.directoryOf where a session's calls run
 * @param options.timeoutMs how long a question waits for an answer
 * @param options.now see MovingEnds
 */
export function createGate(options: {
  tables: Pick<Tables, 'approvals' | 'grants'>
  recorder: Recorder
  examine: (sessionId: string, question: Question) => Examined
  directoryOf: (sessionId: string) => string
  timeoutMs: number
  now?: () => number
}) {
  const { tables, recorder, examine, directoryOf, timeoutMs, now = Date.now } = options
  const { approvals: table, grants } = tables
  /** Turns that wait for an answer, by approval. */
  const waiting = new Map<string, (decision: Decision) => void>()

  return {
    /**
     * Judges questions as they are recorded: their rows stand in the same transaction as the spool offset behind them,
     * so that a question is never lost between the two.
     *
     * @returns the events to record, and `insert` to run in that transaction
     */
    judge(asker: Asker, questions: readonly Question[]) {
      const rows = questions.map((question) => rowOf(asker, question))
      return {
        events: rows.map((row): BodyOf<'approval'> => toEvent({ ...UNANSWERED, ...row })),
        insert: () => rows.forEach(table.insert),
      }
    },

    /** The answer to a question that was judged, now or when an operator gives it. Never rejects. */
    async answer(processId: string, question: Question): Promise<Decision> {
      const row = table.byRequest(processId, question.request_id)
      if (!row) return { behavior: 'deny', message: 'The console does not know this question' }
      return toDecision(row) ?? new Promise((resolve) => waiting.set(row.id, resolve))
    },

    /** The CLI has the answer; it need not be given again after a restart. */
    delivered(processId: string, requestId: string) {
      const row = table.byRequest(processId, requestId)
      if (row) table.setDelivered(row.id)
    },

    /** Questions of a process whose answer it does not have, to be answered again. */
    undelivered(processId: string): Question[] {
      return table.undelivered(processId).map((row) => ({
        subtype: 'can_use_tool',
        request_id: row.request_id,
        tool_name: row.tool_name,
        tool_use_id: row.tool_use_id,
        input: JSON.parse(row.input) as Record<string, unknown>,
      }))
    },

    isWaiting: (turnId: string) => table.pendingOfTurn(turnId).length > 0,

    /**
     * An operator answers.
     * @throws HttpProblem what {@link weigh} throws; 409 `policy_refuses`
     */
    decide(id: string, answer: ApprovalAnswer, by: Answerer): ApprovalView {
      const asked = table.byId(id)
      const row = asked && isPending(asked) && answer.decision === 'allow' ? asNow(asked) : asked
      const { vote, votes, decision } = weigh(id, row, row ? table.votes(id) : [], answer, by)
      const decided = { ...row, ...decision }
      recorder.recordNow({
        sessionId: decided.session_id,
        turnId: decided.turn_id,
        events: [toEvent(decided, decided.needed === 2 ? votes : [])],
        also() {
          table.addVote(id, vote)
          table.decide(decided)
          const { session_id, grant_key } = decided
          if (decided.scope === 'session' && grant_key !== null)
            grants.insert({ approval_id: id, session_id, grant_key, granted_at: vote.at })
        },
      })
      settle(decided)
      return view(decided)
    },

    /**
     * Questions that the CLI no longer asks, such as those beside a call that was refused.
     * @returns the events to record, and `update` to run in that transaction
     */
    withdraw: (processId: string, requestIds: readonly string[]) =>
      expireAll(
        requestIds.flatMap((id) => table.byRequest(processId, id) ?? []).filter(isPending),
        () => 'The CLI no longer asks',
      ),

    /**
     * What a turn leaves unanswered when it ends expires with it.
     * @returns the events to record before its terminal one, and `update` to run in that transaction
     */
    expire: (turnId: string) =>
      expireAll(table.pendingOfTurn(turnId), () => 'The turn ended before there was an answer'),

    /** Denies what nobody has answered in time. @param now ISO 8601 */
    expireOverdue(now: string) {
      for (const row of table.overdue(now)) {
        const { events, update } = expireAll([row], ({ created_at, expires_at }) =>
          nobodyAnswered(created_at, expires_at ?? now),
        )
        recorder.recordNow({ sessionId: row.session_id, turnId: row.turn_id, events, also: update })
      }
    },

    /**
     * Takes back what was allowed for a session: from now on the same call is asked again.
     * @throws HttpProblem 404 `no_such_grant`; 409 `grant_not_open`
     */
    revoke(id: string, operator: string): GrantView {
      const grant = grants.byId(id)
      if (!grant)
        throw new HttpProblem(404, 'no_such_grant', `Approval ${id} has allowed nothing for its session`)
      const { session_id, revoked_at, revoked_by } = grant
      if (revoked_at !== null) {
        const detail = `${revoked_by} has taken it back at ${revoked_at}`
        throw new HttpProblem(409, 'grant_not_open', detail, { revoked_by, revoked_at })
      }
      const now = new Date().toISOString()
      recorder.recordNow({
        ...{ sessionId: session_id, turnId: null },
        events: [{ kind: 'control', action: 'grant_revoked', operator, approval_id: id }],
        also: () => void grants.revoke(id, operator, now),
      })
      return viewGrant({ ...grant, revoked_at: now, revoked_by: operator })
    },

    /** The latest 500 in a state. @param sessionId null for all sessions */
    list: (state: ApprovalRow['state'], sessionId: string | null): ApprovalView[] =>
      table.inState(state, sessionId).map(view),
  }

  function rowOf({ sessionId, turnId, processId }: Asker, question: Question): NewApproval {
    const examined = examine(sessionId, question)
    const { axis, rule, reason } = examined
    const verdict = verdictOn(question, examined)
    const key = kindOf(question.tool_name) === 'tool' ? grantKey(question, examined) : null
    const grant = key === null ? null : grants.open(sessionId, key)
    const askedAt = now()
    const created_at = new Date(askedAt).toISOString()
    const state = grant ? 'allowed' : STATES[verdict]
    return {
      id: randomUUID(),
      ...{ session_id: sessionId, turn_id: turnId, process_id: processId },
      ...{
        request_id: question.request_id,
        tool_use_id: question.tool_use_id,
        tool_name: question.tool_name,
      },
      input: JSON.stringify(question.input),
      ...{ state, verdict, axis, rule, reason: grant ? grant.reason : reason },
      needed: verdict === 'ask_two' ? 2 : 1,
      operator: grant ? grant.operator : null,
      grant_key: key,
      granted_by: grant ? grant.approval_id : null,
      expires_at: state === 'pending' ? new Date(askedAt + timeoutMs).toISOString() : null,
      created_at,
      decided_at: state === 'pending' ? null : created_at,
    }
  }

  /** The policy may have changed since it asked. What it says never to by now nobody can allow, and one may not be enough. */
  function asNow(row: ApprovalRow): ApprovalRow {
    const { session_id, request_id, tool_name, tool_use_id } = row
    const input = JSON.parse(row.input) as Record<string, unknown>
    const question: Question = { subtype: 'can_use_tool', request_id, tool_name, tool_use_id, input }
    const examined = examine(session_id, question)
    const verdict = verdictOn(question, examined)
    if (verdict === 'ask_two') return { ...row, needed: 2, grant_key: null }
    if (verdict !== 'never') return row
    const detail = `The policy refuses this by now, by its rule "${examined.rule}" (${examined.reason}): deny it, or change the policy`
    throw new HttpProblem(409, 'policy_refuses', detail, { rule: examined.rule })
  }

  function view(row: ApprovalRow): ApprovalView {
    return toView(row, table.votes(row.id), directoryOf(row.session_id))
  }

  function expireAll(pending: readonly ApprovalRow[], reasonOf: (row: ApprovalRow) => string) {
    const decided_at = new Date().toISOString()
    const rows = pending.map((row) => ({
      ...row,
      state: 'expired' as const,
      reason: reasonOf(row),
      decided_at,
    }))
    return {
      events: rows.map((row) => toEvent(row)),
      update() {
        for (const row of rows) {
          table.decide(row)
          settle(row)
        }
      },
    }
  }

  function settle(row: ApprovalRow) {
    const decision = toDecision(row)
    if (decision === null) return
    waiting.get(row.id)?.(decision)
    waiting.delete(row.id)
  }
}

const UNANSWERED = { scope: null, override: 0, answers: null } as const

const STATES = { allow: 'allowed', ask: 'pending', ask_two: 'pending', never: 'denied' } as const

/** What the agent asks an operator nobody else can answer, however free the policy leaves it. */
function verdictOn({ tool_name }: Question, { verdict }: Examined): Examined['verdict'] {
  const kind = kindOf(tool_name)
  switch (kind) {
    case 'tool':
      return verdict
    case 'question':
    case 'plan':
      return verdict === 'never' ? 'never' : 'ask'
    default:
      return assertNever(kind)
  }
}

function isPending({ state }: ApprovalRow): boolean {
  return state === 'pending'
}
