// A question and its answer as the record, the API and the CLI see them.
import { hostname } from 'node:os'
import type { ApprovalRow } from '../../db/approvals.ts'
import type { BodyOf, Vote } from '../../lib/events.ts'
import type { ApprovalKind, ApprovalView } from '../../lib/gate-api.ts'
import type { Decision } from '../drivers/driver.ts'
import { grantCovers } from './grants.ts'

/** The tools by which the agent asks the operator something, and runs nothing. */
const KINDS: ReadonlyMap<string, ApprovalKind> = new Map([
  ['AskUserQuestion', 'question'],
  ['ExitPlanMode', 'plan'],
])

export function kindOf(toolName: string): ApprovalKind {
  return KINDS.get(toolName) ?? 'tool'
}

/** What the CLI is told; null while nobody has decided. */
export function toDecision({ state, operator, reason, answers }: ApprovalRow): Decision | null {
  if (state === 'pending') return null
  if (state === 'allowed')
    return {
      behavior: 'allow',
      ...(answers === null ? {} : { answers: JSON.parse(answers) as Record<string, string> }),
    }
  if (state === 'expired') return { behavior: 'deny', message: reason ?? 'Nobody answered' }
  const who = operator ? `${operator} refused this call` : 'The policy of this console refuses this call'
  return { behavior: 'deny', message: reason ? `${who}: ${reason}` : who }
}

export function toEvent(row: Omit<ApprovalRow, 'delivered'>, votes: Vote[] = []): BodyOf<'approval'> {
  const pending = row.state === 'pending'
  return {
    kind: 'approval',
    approval_id: row.id,
    tool_use_id: row.tool_use_id,
    state: row.state,
    ...(row.operator ? { operator: row.operator } : {}),
    ...(row.reason ? { reason: row.reason } : {}),
    ...{ verdict: row.verdict, axis: row.axis, rule: row.rule },
    ...(pending ? { tool_name: row.tool_name, input: JSON.parse(row.input) as Record<string, unknown> } : {}),
    ...(pending || row.needed === 2 ? { needed: twoOrOne(row.needed) } : {}),
    ...(votes.length > 0 ? { votes } : {}),
    ...(pending && row.expires_at ? { expires_at: row.expires_at } : {}),
    ...(row.scope ? { scope: row.scope } : {}),
    ...(row.granted_by ? { grant: row.granted_by } : {}),
    ...(row.override === 1 ? { override: true } : {}),
  }
}

/** @param directory where the call would run */
export function toView(row: ApprovalRow, votes: Vote[], directory: string): ApprovalView {
  const { delivered: _, process_id: __, request_id: ___, answers: ____, granted_by: _____, ...rest } = row
  const { grant_key, input, needed, override, ...view } = rest
  const call = { tool_name: row.tool_name, input: JSON.parse(input) as Record<string, unknown> }
  return {
    ...view,
    ...{ input: call.input, kind: kindOf(row.tool_name), directory, host: hostname() },
    ...{ needed: twoOrOne(needed), votes, override: override === 1 },
    session_scope: grant_key === null ? null : grantCovers(call, grant_key),
  }
}

function twoOrOne(needed: number): 1 | 2 {
  return needed === 2 ? 2 : 1
}
