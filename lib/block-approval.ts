// What the record tells of an approval so far: each of its events adds to what the earlier ones said.
import type { ApprovalFact } from './block-types.ts'
import type { BodyOf, RecordedEvent } from './events.ts'

/**
 * @param earlier what was known before this event
 * @param operators who gave which answer, by approval
 */
export function readApproval(
  event: RecordedEvent & BodyOf<'approval'>,
  earlier: ApprovalFact | undefined,
  operators: ReadonlyMap<string, string>,
): ApprovalFact {
  const pending = event.state === 'pending'
  const operator = pending ? null : (event.operator ?? null)
  const granted = event.grant === undefined ? undefined : (operators.get(event.grant) ?? event.operator)
  // A reason without an operator is the policy's, unless it says why nobody decided.
  const own = operator !== null || event.state === 'expired' ? (event.reason ?? null) : null
  return {
    id: event.approval_id,
    tool_use_id: event.tool_use_id,
    turn_id: event.turn_id ?? null,
    state: event.state,
    operator,
    reason: own,
    verdict: event.verdict ?? earlier?.verdict ?? null,
    axis: event.axis ?? earlier?.axis ?? null,
    rule: event.rule ?? earlier?.rule ?? '',
    why: (own === null ? event.reason : undefined) ?? earlier?.why ?? '',
    needed: event.needed ?? earlier?.needed ?? 1,
    votes: event.votes ?? earlier?.votes ?? [],
    expires_at: event.expires_at ?? earlier?.expires_at ?? null,
    scope: event.scope ?? earlier?.scope ?? null,
    granted_by: granted ?? earlier?.granted_by ?? null,
    override: event.override ?? earlier?.override ?? false,
    tool_name: event.tool_name ?? earlier?.tool_name ?? null,
    input: event.input ?? earlier?.input ?? null,
    asked_at: earlier?.asked_at ?? event.at,
    at: event.at,
  }
}
