import type { ReactNode } from 'react'
import { cn } from './cn.ts'
import { type Severity, SeverityIcon } from './severity.tsx'

const EDGE: Record<Severity, string> = {
  ok: 'border-[color-mix(in_srgb,var(--ok)_50%,transparent)]',
  info: 'border-line',
  running: 'border-[color-mix(in_srgb,var(--running)_50%,transparent)]',
  warn: 'border-[color-mix(in_srgb,var(--warn)_55%,transparent)]',
  error: 'border-[color-mix(in_srgb,var(--error)_55%,transparent)]',
  critical: 'border-[color-mix(in_srgb,var(--critical)_60%,transparent)]',
  quiet: 'border-line',
}

/** Something the operator has to know, in its place: a heading that says it, below it what to do. */
export function Notice({
  severity,
  title,
  role,
  className,
  actions,
  children,
}: {
  severity: Severity
  title: ReactNode
  /** `alert` where it appears in answer to something the operator did. */
  role?: 'alert' | 'status'
  className?: string
  actions?: ReactNode
  children?: ReactNode
}) {
  return (
    <div
      role={role}
      className={cn('flex gap-3 rounded-lg border bg-surface px-4 py-3', EDGE[severity], className)}
    >
      <SeverityIcon severity={severity} className="mt-[3px]" />
      <div className="flex min-w-0 flex-1 flex-col gap-1">
        <p className="font-medium text-text">{title}</p>
        {children ? <div className="text-13 text-muted wrap-anywhere">{children}</div> : null}
        {actions ? <div className="mt-2 flex flex-wrap gap-2">{actions}</div> : null}
      </div>
    </div>
  )
}
