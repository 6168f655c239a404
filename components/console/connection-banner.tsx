'use client'
import { type ReactNode, useEffect, useState } from 'react'
import { formatPlural, formatTime } from '../../lib/format.ts'
import { usePreference } from '../preferences.ts'
import { getStreamClient } from '../stream/client.ts'
import type { ConnectionState } from '../stream/protocol.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { type Severity, SeverityIcon } from '../ui/severity.tsx'

/** How long good news stays. */
const GOOD_NEWS_MS = 6000

/**
 * Word of the connection, laid over the top of the transcript so that nothing below it moves: nothing while it is
 * live, why and what next while it is not, and what was missed once it is back.
 */
export function ConnectionBanner({
  connection,
  caughtUp,
  observes,
}: {
  connection: ConnectionState
  caughtUp: { count: number; at: number } | null
  /** The reader came by a link. */
  observes: boolean
}) {
  const fresh = useFresh(caughtUp?.at ?? null)
  const utc = usePreference('clock') === 'utc'
  switch (connection.name) {
    case 'live': {
      if (!fresh || !caughtUp) return null
      const restarted = connection.restarted ? 'The server was restarted. ' : ''
      return (
        <Strip severity="ok">
          {restarted}
          {caughtUp.count === 0
            ? 'Connected again; nothing was missed.'
            : `Caught up: ${formatPlural(caughtUp.count, 'event')}.`}
        </Strip>
      )
    }
    case 'connecting':
      return null
    case 'reconnecting':
      return (
        <Strip
          severity="warn"
          action={
            <Button size="sm" onClick={() => getStreamClient().retry()}>
              Try now
            </Button>
          }
        >
          {connection.offline ? 'Offline' : 'Reconnecting'}
          {connection.last_at === null
            ? ''
            : `; last word at ${formatTime(new Date(connection.last_at).toISOString(), utc)}`}
          . <NextTry attempt={connection.attempt} at={connection.next_at} /> What runs goes on without this
          page.
        </Strip>
      )
    case 'signed_out':
      if (observes) return <Strip severity="error">This link has ended. What you see is as of then.</Strip>
      return (
        <Strip
          severity="error"
          action={
            <span className="flex gap-2">
              <a href="/login" target="_blank" rel="noopener" className={buttonClass({ size: 'sm' })}>
                Sign in
              </a>
              <Button size="sm" variant="quiet" onClick={() => location.reload()}>
                I have signed in
              </Button>
            </span>
          }
        >
          Your login has ended. What you see is as of then; what you typed is kept.
        </Strip>
      )
  }
}

function Strip({
  severity,
  action,
  children,
}: {
  severity: Severity
  action?: ReactNode
  children: ReactNode
}) {
  return (
    <div
      role="status"
      className="absolute inset-x-0 top-0 z-20 flex min-h-10 flex-wrap items-center gap-x-3 gap-y-1 border-b border-line bg-surface px-8 py-1.5 text-13 narrow:px-4"
    >
      <SeverityIcon severity={severity} />
      <p className="min-w-0 flex-1">{children}</p>
      {action}
    </div>
  )
}

function NextTry({ attempt, at }: { attempt: number; at: number }) {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500)
    return () => clearInterval(timer)
  }, [])
  const left = at - now
  return (
    <span aria-live="off">
      Try {attempt} {left > 500 ? `in ${Math.ceil(left / 1000)} s` : 'now'}.
    </span>
  )
}

function useFresh(at: number | null): boolean {
  const [stale, setStale] = useState<number | null>(null)
  useEffect(() => {
    if (at === null) return
    const timer = setTimeout(() => setStale(at), Math.max(0, at + GOOD_NEWS_MS - Date.now()))
    return () => clearTimeout(timer)
  }, [at])
  return at !== null && stale !== at
}
