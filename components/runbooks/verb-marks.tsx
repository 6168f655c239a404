import { makeVisible } from '../../lib/format.ts'
import type { VerbView } from '../../lib/verbs-api.ts'
import { AxisMark } from '../ui/axis-mark.tsx'
import { cn } from '../ui/cn.ts'

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
      <AxisMark axis={axis} />
      {host ? <span>on {makeVisible(host)}</span> : null}
      {limit ? (
        <span>at most {seconds % 60 === 0 && seconds > 60 ? `${seconds / 60} min` : `${seconds} s`}</span>
      ) : null}
      {role === 'admin' ? <span>admins only</span> : null}
    </p>
  )
}
