'use client'
import { formatTime } from '../../lib/format.ts'
import { usePreference } from '../preferences.ts'
import { getStreamClient } from '../stream/client.ts'
import { useConnection } from '../stream/use-session.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { SeverityIcon } from '../ui/severity.tsx'

/** Says when this page is no longer live, since when, and what to do; nothing while it is. */
export function ConnectionLine() {
  const connection = useConnection()
  const utc = usePreference('clock') === 'utc'
  const lost = connection.name === 'reconnecting' || connection.name === 'signed_out'
  return (
    <div role="status">
      {lost ? (
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1 pb-1.5 text-13 text-text">
          <SeverityIcon severity={connection.name === 'signed_out' ? 'error' : 'warn'} />
          <span className="min-w-0">
            {connection.name === 'signed_out'
              ? 'Your login has ended: the lists stand still. What you typed is kept.'
              : `The console ${since(connection.last_at, utc)}: the lists stand still. What runs goes on, and this page tries again by itself.`}
          </span>
          {connection.name === 'signed_out' ? (
            <a href="/login" target="_blank" rel="noopener" className={buttonClass({ size: 'sm' })}>
              Sign in
            </a>
          ) : (
            <Button size="sm" onClick={() => getStreamClient().retry()}>
              Try now
            </Button>
          )}
        </p>
      ) : null}
    </div>
  )
}

function since(at: number | null, utc: boolean): string {
  if (at === null) return 'does not answer'
  return `has not answered since ${formatTime(new Date(at).toISOString(), utc)}${utc ? ' UTC' : ''}`
}
