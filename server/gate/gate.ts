// The gate: what every tool call passes before it runs. No answer, no tool.
import { randomUUID } from 'node:crypto'
import type { ApprovalRow, ApprovalsTable } from '../../db/approvals.ts'
import type { ApprovalView } from '../../lib/api.ts'
import type { BodyOf } from '../../lib/events.ts'
import type { Decision, Question } from '../drivers/driver.ts'
import type { Recorder } from '../recorder.ts'

/** What the policy says of a call. */
export type Verdict = { verdict: 'allow' | 'ask' | 'deny'; reason: string }
export type Policy = (question: Question) => Verdict

export type Gate = ReturnType<typeof createGate>

/** The turn that a question belongs to. */
export type Asker = { sessionId: string; turnId: string; processId: string }

/** @param policy judges each call once, when it is asked */
export function createGate(table: ApprovalsTable, recorder: Recorder, policy: Policy) {
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
      const rows = questions.map((question) => {
        const { verdict, reason } = policy(question)
        const created_at = new Date().toISOString()
        return {
          id: randomUUID(),
          session_id: asker.sessionId,
          turn_id: asker.turnId,
          process_id: asker.processId,
          request_id: question.request_id,
          tool_use_id: question.tool_use_id,
          tool_name: question.tool_name,
          input: JSON.stringify(question.input),
          state: ({ allow: 'allowed', ask: 'pending', deny: 'denied' } as const)[verdict],
          reason,
          created_at,
          decided_at: verdict === 'ask' ? null : created_at,
        }
      })
      return {
        events: rows.map((row): BodyOf<'approval'> => toEvent({ ...row, operator: null })),
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
     * An operator decides.
     * @returns the decided approval; null when there is none of this id; `late` when it was decided before or its turn ended
     */
    decide(
      id: string,
      decision: 'allow' | 'deny',
      operator: string,
      reason: string | null,
    ): ApprovalView | 'late' | null {
      const row = table.byId(id)
      if (!row) return null
      const decided = {
        id,
        state: decision === 'allow' ? ('allowed' as const) : ('denied' as const),
        operator,
        reason,
        decided_at: new Date().toISOString(),
      }
      if (row.state !== 'pending') return 'late'
      recorder.recordNow({
        sessionId: row.session_id,
        turnId: row.turn_id,
        events: [toEvent({ ...row, ...decided })],
        also: () => void table.decide(decided),
      })
      settle({ ...row, ...decided })
      return toView({ ...row, ...decided })
    },

    /**
     * Questions that the CLI no longer asks, such as those beside a call that was refused.
     * @returns the events to record, and `update` to run in that transaction
     */
    withdraw: (processId: string, requestIds: readonly string[]) =>
      expireAll(
        requestIds.flatMap((id) => table.byRequest(processId, id) ?? []).filter(isPending),
        'The CLI no longer asks',
      ),

    /**
     * What a turn leaves unanswered when it ends expires with it.
     * @returns the events to record before its terminal one, and `update` to run in that transaction
     */
    expire: (turnId: string) =>
      expireAll(table.pendingOfTurn(turnId), 'The turn ended before there was an answer'),

    list: (state: ApprovalRow['state']): ApprovalView[] => table.inState(state).map(toView),
  }

  function expireAll(pending: readonly ApprovalRow[], reason: string) {
    const decided_at = new Date().toISOString()
    const rows = pending.map((row) => ({ ...row, state: 'expired' as const, reason, decided_at }))
    return {
      events: rows.map(toEvent),
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
    if (decision) waiting.get(row.id)?.(decision)
    waiting.delete(row.id)
  }
}

function isPending({ state }: ApprovalRow): boolean {
  return state === 'pending'
}

function toDecision({ state, operator, reason }: ApprovalRow): Decision | null {
  if (state === 'pending') return null
  if (state === 'allowed') return { behavior: 'allow' }
  const who = operator ? `${operator} refused this call` : 'The policy of this console refuses this call'
  return { behavior: 'deny', message: reason ? `${who}: ${reason}` : who }
}

function toEvent(row: Omit<ApprovalRow, 'delivered'>): BodyOf<'approval'> {
  return {
    kind: 'approval',
    approval_id: row.id,
    tool_use_id: row.tool_use_id,
    state: row.state,
    ...(row.operator ? { operator: row.operator } : {}),
    ...(row.reason ? { reason: row.reason } : {}),
    ...(row.state === 'pending'
      ? { tool_name: row.tool_name, input: JSON.parse(row.input) as Record<string, unknown> }
      : {}),
  }
}

function toView({ delivered: _, process_id: __, request_id: ___, ...row }: ApprovalRow): ApprovalView {
  return { ...row, input: JSON.parse(row.input) as Record<string, unknown> }
}
