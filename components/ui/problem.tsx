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
  const { advice, request_id: id } = problem
  return (
    <Notice
      severity="error"
      role="alert"
      title={problem.detail}
      actions={actions}
      {...(className ? { className } : {})}
    >
      {typeof advice === 'string' ? <p>{advice}</p> : null}
      <p className="mt-1 text-12 text-faint">
        <code className="text-12">{typeof id === 'string' ? `${problem.code} · ${id}` : problem.code}</code>
      </p>
    </Notice>
  )
}
