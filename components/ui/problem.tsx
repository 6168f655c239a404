import type { ReactNode } from 'react'
import type { Problem } from '../../lib/api.ts'
import { Notice } from './notice.tsx'

/** A refusal in the console's own words, with the code and id that the log knows it by. */
export function ProblemNotice({
  problem,
  actions,
  className,
}: {
  problem: Problem
  actions?: ReactNode
  className?: string
}) {
  const id = problem.request_id
  return (
    <Notice
      severity="error"
      role="alert"
      title={problem.title || 'That did not work'}
      actions={actions}
      {...(className ? { className } : {})}
    >
      <p>{problem.detail}</p>
      <p className="mt-1 text-12 text-faint">
        <code className="text-12">{typeof id === 'string' ? `${problem.code} · ${id}` : problem.code}</code>
      </p>
    </Notice>
  )
}
