'use client'
import { readPlan } from '../../lib/agent-questions.ts'
import type { OperatorView } from '../../lib/api.ts'
import { Markdown } from '../transcript/markdown.tsx'
import { CardFrame } from './card-frame.tsx'
import { Decision } from './decision.tsx'
import { ExactCall } from './exact-call.tsx'
import { useAnswer } from './use-answer.ts'
import type { Waiting } from './waiting.ts'

/** A plan of the agent's: it begins once somebody has approved it. */
export function PlanApproval({ approval, operator }: { approval: Waiting; operator: OperatorView }) {
  const given = useAnswer(approval.id)
  const plan = readPlan(approval.input)
  return (
    <CardFrame
      approval={approval}
      foot={
        <Decision
          approval={approval}
          operator={operator}
          given={given}
          allow="Approve the plan"
          deny="Keep planning"
          denyLabel="What to change"
        />
      }
    >
      {plan === '' ? (
        <ExactCall name={approval.tool_name} input={approval.input} />
      ) : (
        <div
          {...REACHABLE}
          className="max-h-[32dvh] overflow-y-auto rounded-md border border-line bg-bg px-3 py-2.5"
        >
          <Markdown text={plan} />
        </div>
      )}
    </CardFrame>
  )
}

/** What scrolls has to be reachable without a mouse. */
const REACHABLE = { tabIndex: 0, role: 'group', 'aria-label': 'The plan' } as const
