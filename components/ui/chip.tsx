import type { ReactNode } from 'react'
import { cn } from './cn.ts'
import { SEVERITY_TEXT, type Severity, SeverityIcon } from './severity.tsx'

/** A pill of one fact. With a severity it carries its colour, its shape and, as children, its word. */
export function Chip({
  severity,
  className,
  children,
}: {
  severity?: Severity
  className?: string
  children: ReactNode
}) {
  return (
    <span
      className={cn(
        'tabular inline-flex h-[22px] shrink-0 items-center gap-1.5 whitespace-nowrap rounded-full border border-line px-2 text-12',
        severity && SEVERITY_TEXT[severity],
        severity && 'border-[color-mix(in_srgb,currentColor_45%,transparent)]',
        className,
      )}
    >
      {severity ? <SeverityIcon severity={severity} className="size-3" /> : null}
      {children}
    </span>
  )
}
