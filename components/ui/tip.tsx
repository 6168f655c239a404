import type { ReactNode } from 'react'
import { cn } from './cn.ts'

const SIDE = {
  right: 'top-1/2 left-full ml-2 -translate-y-1/2',
  top: 'bottom-full left-1/2 mb-2 -translate-x-1/2',
  bottom: 'top-full right-0 mt-2',
} as const

/** Names a control of few words for the eye, on hover and focus. The control carries its own label for screen readers. */
export function Tip({
  text,
  side = 'top',
  className,
  children,
}: {
  text: ReactNode
  side?: keyof typeof SIDE
  className?: string
  children: ReactNode
}) {
  return (
    <span className={cn('group/tip relative inline-flex', className)}>
      {children}
      <span
        aria-hidden="true"
        className={cn(
          'pointer-events-none absolute z-40 hidden whitespace-nowrap rounded-md border border-line bg-raised px-2 py-1 text-12 text-text group-hover/tip:block group-has-focus-visible/tip:block [[data-tips=off]_&]:!hidden',
          SIDE[side],
        )}
      >
        {text}
      </span>
    </span>
  )
}
