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
  const { advice, code, request_id: id, status } = problem
  // A plain refusal is clear by its words; a failure is told on with its code and id.
  const known = typeof id === 'string' ? `${code} · ${id}` : status >= 500 ? code : null
  return (
    <Notice
      severity="error"
      role="alert"
      title={problem.detail}
      actions={actions}
      {...(className ? { className } : {})}
    >
      {typeof advice === 'string' ? <p>{advice}</p> : null}
      {known ? (
        <p className="mt-1">
          <code className="text-12 text-faint">{known}</code>
        </p>
      ) : null}
    </Notice>
  )
}
