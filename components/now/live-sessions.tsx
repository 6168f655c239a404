'use client'
import Link from 'next/link'
import { useEffect, useState } from 'react'
import type { OperatorView, SessionPage, SessionView } from '../../lib/api.ts'
import type { ApprovalView } from '../../lib/gate-api.ts'
import { api } from '../api.ts'
import { ShortApproval } from '../approvals/short-approval.tsx'
import { SessionList } from '../shell/session-list.tsx'
import { useSessionsChanged } from '../stream/use-session.ts'
import { chooseSessions, nowTitle } from './choose-sessions.ts'

const OPEN_READ = 100
const RECENT_READ = 20
const WAITING_SHOWN = 3

/** What needs somebody, what runs and what was, as it stands in the record. A console that is down leaves what was read. */
export function LiveSessions({
  first,
  firstWaiting,
  operator,
}: {
  first: SessionView[]
  firstWaiting: ApprovalView[]
  operator: OperatorView
}) {
  const [later, setLater] = useState<SessionView[] | null>(null)
  const [waiting, setWaiting] = useState(firstWaiting)
  useSessionsChanged(() => {
    readSessions().then((read) => read && setLater(read))
    api<{ approvals: ApprovalView[] }>('GET', '/api/approvals?state=pending').then(
      (answer) => answer.ok && setWaiting(answer.data.approvals),
    )
  }, 800)

  useEffect(() => {
    if (later) document.title = `${nowTitle(later)} · Breakglass`
  }, [later])

  const shown = chooseSessions(later ?? first)
  if (shown.length === 0) return <NoSessions />
  return (
    <>
      <SessionList
        sessions={shown}
        className="max-[1000px]:-mx-2"
        below={({ id }) => (
          <WaitingCalls waiting={waiting.filter((each) => each.session_id === id)} operator={operator} />
        )}
      />
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

function WaitingCalls({ waiting, operator }: { waiting: ApprovalView[]; operator: OperatorView }) {
  if (waiting.length === 0) return null
  // The oldest first; of many the session itself shows the others.
  const shown = waiting.toSorted((a, b) => (a.created_at < b.created_at ? -1 : 1)).slice(0, WAITING_SHOWN)
  return (
    <div className="flex flex-col gap-2 pt-1 pr-2 pb-3 pl-8">
      {shown.map((view) => (
        <ShortApproval key={view.id} view={view} operator={operator} />
      ))}
    </div>
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
