'use client'
import { useEffect, useState } from 'react'
import { formatAbsolute, formatRelative, formatTime } from '../lib/format.ts'
import { usePreference } from './preferences.ts'
import { cn } from './ui/cn.ts'

const TICK_MS = 20_000

/**
 * A moment: relative (`2 min ago`) or as a clock (`02:47:03`). The whole date shows over it on hover, and while
 * the link around it, or a link in the row around it, has the focus, when that carries `group/time`.
 */
export function Time({
  at,
  form = 'relative',
  align = 'right',
  className,
}: {
  /** ISO 8601 */
  at: string
  form?: 'relative' | 'clock'
  /** The side from which the whole date is laid over the short form. */
  align?: 'left' | 'right'
  className?: string
}) {
  const now = useNow()
  const utc = usePreference('clock') === 'utc'
  const short = form === 'clock' ? formatTime(at, utc) : formatRelative(at, now ?? Date.now())
  return (
    // The key draws it anew once the reader's own clock and zone are known.
    <time
      key={now === null ? 'server' : 'reader'}
      dateTime={at}
      className={cn('group/moment tabular relative whitespace-nowrap', className)}
    >
      <span suppressHydrationWarning>{short}</span>
      <span
        suppressHydrationWarning
        aria-hidden="true"
        className={cn(
          'pointer-events-none absolute -inset-y-0.5 z-10 hidden items-center rounded-sm border border-line bg-raised px-1.5 text-12 text-text group-hover/moment:flex group-focus-visible/time:flex group-has-focus-visible/time:flex',
          align === 'right' ? '-right-1' : '-left-1',
        )}
      >
        {utc || now === null ? formatAbsolute(at) : formatLocal(at)}
      </span>
    </time>
  )
}

/** Epoch milliseconds, told anew every few seconds; null until the page lives. */
function useNow(): number | null {
  const [now, setNow] = useState<number | null>(null)
  useEffect(() => {
    setNow(Date.now())
    const timer = setInterval(() => setNow(Date.now()), TICK_MS)
    return () => clearInterval(timer)
  }, [])
  return now
}

/** Date and time in the reader's zone with its distance from UTC: `2026-11-20 03:47:03 UTC+1`. */
function formatLocal(iso: string): string {
  const at = new Date(iso)
  if (Number.isNaN(at.getTime())) return '—'
  const offset = -at.getTimezoneOffset()
  const shifted = new Date(at.getTime() + offset * 60_000).toISOString()
  const hours = Math.trunc(offset / 60)
  const minutes = Math.abs(offset % 60)
  const zone =
    offset === 0
      ? 'UTC'
      : `UTC${offset > 0 ? '+' : '−'}${Math.abs(hours)}${minutes ? `:${String(minutes).padStart(2, '0')}` : ''}`
  return `${shifted.slice(0, 10)} ${shifted.slice(11, 19)} ${zone}`
}
