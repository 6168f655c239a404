'use client'
import type { OperatorView } from '../../lib/api.ts'
import { makeVisible } from '../../lib/format.ts'
import { CardFrame } from './card-frame.tsx'
import { Decision } from './decision.tsx'
import { ExactCall } from './exact-call.tsx'
import { useAnswer } from './use-answer.ts'
import type { Waiting } from './waiting.ts'

/** A tool call that the policy lets an operator decide. */
export function ToolApproval({ approval, operator }: { approval: Waiting; operator: OperatorView }) {
  const given = useAnswer(approval.id, approval.session_scope === null ? 'once' : 'session')
  return (
    <CardFrame approval={approval} foot={<Decision approval={approval} operator={operator} given={given} />}>
      <ExactCall name={approval.tool_name} input={approval.input} />
      <p className="text-12 text-faint wrap-anywhere">
        {approval.host === '' ? '' : `on ${makeVisible(approval.host)}, `}in{' '}
        <code className="text-12">{makeVisible(approval.directory)}</code>
      </p>
    </CardFrame>
  )
}
