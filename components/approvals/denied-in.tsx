'use client'
import { formatClock, formatDuration } from '../../lib/format.ts'
import { Elapsed, useServerNow } from '../transcript/clock.tsx'
import { cn } from '../ui/cn.ts'
import type { Waiting } from './waiting.ts'

/** Time left is drawn as a warning below this. */
const SHORT_MS = 60_000
const HOUR_MS = 3_600_000

/** How long a question may still be answered before it is denied by itself. */
export function DeniedIn({ approval, className }: { approval: Waiting; className?: string }) {
  const now = useServerNow()
  const { expires_at: end } = approval
  if (end === null)
    return (
      <span className={cn('tabular', className)}>
        waits <Elapsed since={approval.created_at} />
      </span>
    )
  if (now === null) return null
  const left = Date.parse(end) - now
  return (
    <span className={cn('tabular whitespace-nowrap', className, left < SHORT_MS && 'text-warn')}>
      {left <= 0 ? 'time is up' : `denied in ${left < HOUR_MS ? formatClock(left) : formatDuration(left)}`}
    </span>
  )
}
