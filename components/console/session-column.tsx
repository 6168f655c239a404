'use client'
import Link from 'next/link'
import { useCallback, useEffect, useState } from 'react'
import type { SessionPage, SessionView } from '../../lib/api.ts'
import { api } from '../api.ts'
import { SessionList } from '../shell/session-list.tsx'
import { useSessionsChanged } from '../stream/use-session.ts'

const COLUMN_SESSIONS = 30

/** The other sessions beside the one that is open. */
export function SessionColumn({ current }: { current: string }) {
  const [sessions, setSessions] = useState<SessionView[] | null>(null)
  const read = useCallback(async () => {
    const answer = await api<SessionPage>('GET', `/api/sessions?limit=${COLUMN_SESSIONS}`)
    if (answer.ok) setSessions(answer.data.sessions)
  }, [])
  useEffect(() => void read(), [read])
  useSessionsChanged(read, 1000)
  return (
    <nav aria-label="Sessions" className="hidden min-h-0 overflow-y-auto border-r border-line p-2 wide:block">
      {sessions === null ? (
        <p className="px-2 py-2 text-12 text-faint">Reading the sessions…</p>
      ) : (
        <SessionList sessions={sessions} current={current} className="pt-1" />
      )}
      <p className="px-2 pt-4 text-12">
        <Link
          href="/sessions"
          prefetch={false}
          className="text-muted underline decoration-line underline-offset-4 hover:text-text"
        >
          All sessions
        </Link>
      </p>
    </nav>
  )
}
