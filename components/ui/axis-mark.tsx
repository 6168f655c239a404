import type { ReactNode } from 'react'
import { assertNever } from '../../lib/assert-never.ts'
import type { Axis } from '../../lib/events.ts'
import { cn } from './cn.ts'

const TONE = { warn: 'border-warn/50 text-warn', critical: 'border-critical/60 text-critical' } as const

/** A word that must not be overlooked, in a frame of its colour. */
export function Mark({ tone, children }: { tone: keyof typeof TONE; children: ReactNode }) {
  return (
    <span className={cn('rounded-sm border px-1.5 text-12 whitespace-nowrap', TONE[tone])}>{children}</span>
  )
}

/** What a call or a verb does to the world: the same mark wherever one is offered, asked about, run or read. */
export function AxisMark({ axis }: { axis: Axis }) {
  switch (axis) {
    case 'irreversible':
      return <Mark tone="critical">irreversible</Mark>
    case 'changes_state':
      return (
        <Mark tone="warn">
          changes<span className="narrow:sr-only"> state</span>
        </Mark>
      )
    case 'reversible':
      return <span className="text-12 whitespace-nowrap text-faint">looks only</span>
    default:
      return assertNever(axis)
  }
}
