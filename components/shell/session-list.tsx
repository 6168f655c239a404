import Link from 'next/link'
import type { ReactNode } from 'react'
import type { SessionView } from '../../lib/api.ts'
import { makeVisible } from '../../lib/format.ts'
import { Time } from '../time.tsx'
import { cn } from '../ui/cn.ts'
import { SeverityIcon } from '../ui/severity.tsx'
import { describeSession, groupSessions } from './session-state.ts'

/** The sessions by the attention they want; the one that is open here is marked. */
export function SessionList({
  sessions,
  current,
  className,
  below,
}: {
  sessions: SessionView[]
  /** The id of the session on the page. */
  current?: string
  className?: string
  /** What stands below a session's line. */
  below?: (session: SessionView) => ReactNode
}) {
  return (
    <div className={cn('flex flex-col gap-3', className)}>
      {groupSessions(sessions).map(({ group, sessions: members }) => (
        <section key={group} aria-label={group}>
          <h2 className="px-2 pb-1 text-12 font-medium text-faint">{group}</h2>
          <ul className="flex flex-col">
            {members.map((session) => (
              <li key={session.id}>
                <SessionRow session={session} current={session.id === current} />
                {below?.(session)}
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  )
}

function SessionRow({ session, current }: { session: SessionView; current?: boolean }) {
  const state = describeSession(session)
  return (
    <Link
      href={`/sessions/${session.id}`}
      prefetch={false}
      aria-current={current ? 'page' : undefined}
      className={cn(
        'group/time grid grid-cols-[14px_minmax(0,1fr)_auto] items-baseline gap-x-2.5 gap-y-0.5 rounded-md px-2 py-2 -outline-offset-2 transition-colors hover:bg-surface',
        current && 'bg-raised hover:bg-raised',
      )}
    >
      <SeverityIcon severity={state.severity} className="translate-y-0.5" />
      <span className="truncate font-medium">
        <span className="sr-only">{state.word}: </span>
        {session.kind === 'drill' ? 'Drill: ' : ''}
        {makeVisible(session.title)}
      </span>
      <Time at={session.current_turn?.started_at ?? session.last_event_at} className="text-12 text-faint" />
      <span
        className={cn(
          'col-start-2 col-end-4 truncate text-12',
          state.group === 'Needs you' ? 'text-warn' : 'text-muted',
        )}
      >
        {state.detail}
      </span>
    </Link>
  )
}
