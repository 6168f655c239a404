'use client'
import Link from 'next/link'
import { useEffect, useState } from 'react'
import type { SessionPage, SessionView } from '../../lib/api.ts'
import { api } from '../api.ts'
import { SessionList } from '../shell/session-list.tsx'
import { useSessionsChanged } from '../stream/use-session.ts'
import { chooseSessions, nowTitle } from './choose-sessions.ts'

const OPEN_READ = 100
const RECENT_READ = 20

/** What needs somebody, what runs and what was, as it stands in the record. A console that is down leaves what was read. */
export function LiveSessions({ first }: { first: SessionView[] }) {
  const [later, setLater] = useState<SessionView[] | null>(null)
  useSessionsChanged(() => {
    readSessions().then((read) => read && setLater(read))
  }, 800)

  useEffect(() => {
    if (later) document.title = `${nowTitle(later)} · Breakglass`
  }, [later])

  const shown = chooseSessions(later ?? first)
  if (shown.length === 0) return <NoSessions />
  return (
    <>
      <SessionList sessions={shown} className="max-[1000px]:-mx-2" />
      <p className="pt-3 min-[1001px]:px-2">
        <Link
          href="/sessions"
          prefetch={false}
          className="inline-flex h-6 items-center text-13 text-muted underline-offset-4 hover:text-text hover:underline"
        >
          All sessions
        </Link>
      </p>
    </>
  )
}

async function readSessions(): Promise<SessionView[] | null> {
  const [open, recent] = await Promise.all([
    api<SessionPage>('GET', `/api/sessions?outcome=open&limit=${OPEN_READ}`),
    api<SessionPage>('GET', `/api/sessions?limit=${RECENT_READ}`),
  ])
  if (!open.ok || !recent.ok) return null
  return [...open.data.sessions, ...recent.data.sessions.filter((session) => session.status === 'closed')]
}

function NoSessions() {
  return (
    <div className="rounded-lg border border-dashed border-line p-4">
      <h2 className="font-medium">No sessions yet</h2>
      <p className="pt-1 text-13 text-muted">
        A session is one recovery: its reason, a workspace of its own, and a record of everything the agent
        says and runs. What needs you and what runs will stand here.
      </p>
    </div>
  )
}
