import { makeVisible } from '../../lib/format.ts'
import type { VerbView } from '../../lib/verbs-api.ts'
import { cn } from '../ui/cn.ts'

const AXIS_WORD = {
  reversible: 'looks only',
  changes_state: 'changes state',
  irreversible: 'irreversible',
} as const

/** What a verb does to the world, where, for how long, and who may run it. */
export function VerbMarks({
  verb,
  limit,
  className,
}: {
  verb: VerbView
  /** Says also how long it may run. */
  limit?: boolean
  className?: string
}) {
  const { axis, host, timeout_seconds: seconds, role } = verb
  return (
    <p className={cn('tabular flex flex-wrap items-center gap-x-3 gap-y-1 text-12 text-faint', className)}>
      <span
        className={cn(
          axis !== 'reversible' && 'rounded-sm border px-1.5',
          axis === 'changes_state' && 'border-warn/50 text-warn',
          axis === 'irreversible' && 'border-error/50 text-error',
        )}
      >
        {AXIS_WORD[axis]}
      </span>
      {host ? <span>on {makeVisible(host)}</span> : null}
      {limit ? (
        <span>at most {seconds % 60 === 0 && seconds > 60 ? `${seconds / 60} min` : `${seconds} s`}</span>
      ) : null}
      {role === 'admin' ? <span>admins only</span> : null}
    </p>
  )
}
