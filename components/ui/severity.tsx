import type { ReactNode } from 'react'
import { assertNever } from '../../lib/assert-never.ts'
import { cn } from './cn.ts'

/** Colour, shape and word always go together; `quiet` is a thing at rest. */
export type Severity = 'ok' | 'info' | 'running' | 'warn' | 'error' | 'critical' | 'quiet'

export const SEVERITY_TEXT: Record<Severity, string> = {
  ok: 'text-ok',
  info: 'text-accent',
  running: 'text-running',
  warn: 'text-warn',
  error: 'text-error',
  critical: 'text-critical',
  quiet: 'text-faint',
}

export function SeverityIcon({ severity, className }: { severity: Severity; className?: string }) {
  return (
    <svg
      viewBox="0 0 14 14"
      width="14"
      height="14"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.75"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      className={cn('shrink-0', SEVERITY_TEXT[severity], className)}
    >
      {shape(severity)}
    </svg>
  )
}

/** Icon and word on one line. */
export function SeverityWord({
  severity,
  className,
  children,
}: {
  severity: Severity
  className?: string
  children: ReactNode
}) {
  return (
    <span
      className={cn(
        'inline-flex items-baseline gap-1.5 whitespace-nowrap text-12',
        SEVERITY_TEXT[severity],
        className,
      )}
    >
      <SeverityIcon severity={severity} className="translate-y-0.5" />
      {children}
    </span>
  )
}

const OCTAGON = 'M4.6 1.25h4.8l3.35 3.35v4.8l-3.35 3.35H4.6L1.25 9.4V4.6z'

function shape(severity: Severity): ReactNode {
  switch (severity) {
    case 'ok':
      return <path d="M2.25 7.5 5.5 10.75 11.75 3.75" />
    case 'info':
      return <circle cx="7" cy="7" r="3.25" fill="currentColor" stroke="none" />
    case 'running':
      return <path d="M7 1.75A5.25 5.25 0 1 0 12.25 7" />
    case 'warn':
      return (
        <>
          <path d="M7 1.75 13 12.25H1z" />
          <path d="M7 5.5v3" />
          <path d="M7 10.4v.01" />
        </>
      )
    case 'error':
      return (
        <>
          <path d={OCTAGON} />
          <path d="m5 5 4 4M9 5 5 9" />
        </>
      )
    case 'critical':
      return (
        <>
          <path d={OCTAGON} fill="currentColor" />
          <path d="M7 3.75v3.5M7 9.9v.01" stroke="var(--bg)" />
        </>
      )
    case 'quiet':
      return <circle cx="7" cy="7" r="4.25" />
    default:
      return assertNever(severity)
  }
}
