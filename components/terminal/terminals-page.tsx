'use client'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useId, useState } from 'react'
import type { OperatorView } from '../../lib/api.ts'
import { makeVisible } from '../../lib/format.ts'
import type { TerminalView } from '../../lib/terminal-api.ts'
import { Time } from '../time.tsx'
import { Select } from '../ui/field.tsx'
import { OpenShell } from './open-shell.tsx'
import { useTerminals } from './use-terminals.ts'

export type SessionName = { id: string; title: string; closed: boolean }

/** All terminals that run, and a way to open one. */
export function TerminalsPage({
  initial,
  sessions,
  chosen,
  operator,
}: {
  initial: TerminalView[]
  sessions: SessionName[]
  chosen: string | null
  operator: OperatorView
}) {
  const { terminals } = useTerminals(null, initial)
  const titleOf = (id: string) => makeVisible(sessions.find((each) => each.id === id)?.title ?? 'Session')
  return (
    <main
      id="main"
      tabIndex={-1}
      className="mx-auto flex w-full max-w-[1040px] flex-col gap-6 px-8 py-8 narrow:px-4 narrow:py-5"
    >
      <div>
        <h1 className="text-22 font-semibold">Terminals</h1>
        <p className="pt-1 text-13 text-muted">
          Shells that operators have opened, and the agent’s own. All are recorded; one operator types at a
          time.
        </p>
      </div>
      {operator.role === 'viewer' ? null : <OpenIn sessions={sessions} chosen={chosen} />}
      {terminals && terminals.length > 0 ? (
        <ul className="flex flex-col gap-2">
          {terminals.map((each) => (
            <li
              key={each.id}
              className="group/time relative flex flex-wrap items-baseline gap-x-4 gap-y-1 rounded-lg border border-line px-4 py-3 text-13 transition-colors hover:bg-surface"
            >
              <Link
                href={`/terminals/${each.id}`}
                prefetch={false}
                className="font-mono text-14 font-medium after:absolute after:inset-0"
              >
                {each.title}
              </Link>
              <span className="min-w-0 flex-1 truncate text-muted narrow:order-1 narrow:basis-full">
                {titleOf(each.session_id)}
              </span>
              <span className="text-muted narrow:order-2">
                {each.keyboard ? `${each.keyboard} has the keyboard` : 'Nobody has the keyboard'}
              </span>
              <span className="text-faint narrow:ml-auto">
                {each.operator ? `opened by ${each.operator}` : 'the agent’s own'}
              </span>
              <Time at={each.created_at} className="z-1 text-faint" />
            </li>
          ))}
        </ul>
      ) : (
        <p className="rounded-lg border border-line px-4 py-6 text-13 text-muted">
          No terminal runs. A shell starts in the workspace of a session; what an agent runs in one appears
          here by itself.
        </p>
      )}
    </main>
  )
}

function OpenIn({ sessions, chosen }: { sessions: SessionName[]; chosen: string | null }) {
  const router = useRouter()
  const open = sessions.filter(({ closed }) => !closed)
  const id = useId()
  const [session, setSession] = useState(open.find(({ id }) => id === chosen)?.id ?? open[0]?.id)
  if (!session)
    return (
      <p className="text-13 text-muted">
        A terminal belongs to a session:{' '}
        <Link href="/" className="text-accent underline">
          open one first
        </Link>
        .
      </p>
    )
  return (
    <div className="flex flex-wrap items-center gap-3">
      <label
        htmlFor={id}
        className="flex min-w-0 flex-1 items-center gap-2 text-13 text-muted narrow:basis-full"
      >
        Session
        <Select
          id={id}
          value={session}
          onChange={(event) => setSession(event.target.value)}
          className="min-w-0 flex-1 text-text"
        >
          {open.map(({ id: each, title }) => (
            <option key={each} value={each}>
              {makeVisible(title)}
            </option>
          ))}
        </Select>
      </label>
      <OpenShell
        session={session}
        variant="primary"
        onOpened={(opened) => router.push(`/terminals/${opened.id}`)}
      />
    </div>
  )
}
