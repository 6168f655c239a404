import type { ApprovalFact } from '../../lib/block-types.ts'
import { makeVisible } from '../../lib/format.ts'
import { SeverityWord } from '../ui/severity.tsx'

/** Who let a call run or refused it, and by which rule. */
export function Decided({ approval }: { approval: ApprovalFact }) {
  const said = describeApproval(approval)
  // A rule that decided by itself is named already.
  const asked = approval.rule !== '' && approval.operator !== null ? approval.rule : null
  return (
    <span
      className="min-w-0 wrap-anywhere"
      title={approval.why === '' ? undefined : makeVisible(approval.why)}
    >
      {approval.override ? (
        <SeverityWord severity="critical" className="whitespace-normal">
          {said}
        </SeverityWord>
      ) : (
        said
      )}
      {asked === null ? null : ` · rule ${makeVisible(asked)}`}
    </span>
  )
}

/** The same in few words. */
export function describeApproval(approval: ApprovalFact): string {
  const { state, operator, rule, needed, votes, granted_by } = approval
  const reason = approval.reason ? `: ${makeVisible(approval.reason)}` : ''
  const why = approval.why ? `: ${makeVisible(approval.why)}` : ''
  const by = rule === '' ? 'by the policy' : `by rule ${makeVisible(rule)}`
  const allowing = votes.filter((vote) => vote.decision === 'allow').map((vote) => makeVisible(vote.operator))
  if (state === 'pending')
    return needed > 1 ? `Waits: ${allowing.length} of ${needed} people` : 'Waits for an answer'
  if (state === 'expired') return approval.reason ? makeVisible(approval.reason) : 'Nobody answered in time'
  if (state === 'denied')
    return operator === null ? `Refused ${by}${why}` : `Denied by ${makeVisible(operator)}${reason}`
  if (granted_by !== null) return `Allowed for this session by ${makeVisible(granted_by)}`
  if (operator === null) return `Allowed ${by}`
  if (approval.override) return `Allowed by ${makeVisible(operator)} alone${reason}`
  const who = allowing.length > 1 ? allowing.join(' and ') : makeVisible(operator)
  return `Allowed by ${who}${approval.scope === 'session' ? ' for this session' : ''}${reason}`
}
