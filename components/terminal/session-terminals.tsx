'use client'
import Link from 'next/link'
import { lazy, Suspense, useState } from 'react'
import type { OperatorView } from '../../lib/api.ts'
import type { TerminalView } from '../../lib/terminal-api.ts'
import { keepTrying } from '../keep-trying.ts'
import { cn } from '../ui/cn.ts'
import { OpenShell } from './open-shell.tsx'
import { useTerminals } from './use-terminals.ts'

const LiveTerminal = lazy(() => keepTrying(() => import('./live-terminal.tsx')))

/** The terminals of a session beside its transcript. */
export default function SessionTerminals({
  session,
  closed,
  operator,
  observes,
}: {
  session: string
  closed: boolean
  operator: OperatorView
  /** The reader came by a link: there is no other page for them. */
  observes: boolean
}) {
  const { terminals, refresh } = useTerminals(session)
  const [chosen, setChosen] = useState<string | null>(null)
  if (!terminals) return <p className="p-4 text-13 text-faint">Looking for terminals…</p>
  const running = terminals.filter(({ ended_at }) => ended_at === null)
  const ended = terminals.filter(({ ended_at }) => ended_at !== null)
  // One that ends while it is watched stays until another is chosen.
  const current = terminals.find(({ id }) => id === chosen) ?? running[0]
  const canOpen = operator.role !== 'viewer' && !closed
  const onOpened = (opened: TerminalView) => {
    setChosen(opened.id)
    void refresh()
  }

  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="flex flex-wrap items-center gap-1 px-3 py-2">
        {running.map((each) => (
          <button
            key={each.id}
            type="button"
            aria-pressed={each.id === current?.id}
            onClick={() => setChosen(each.id)}
            className="h-7 rounded-md border border-line px-2 text-12 text-muted hover:text-text aria-pressed:bg-raised aria-pressed:text-text"
          >
            {nameOf(each)}
          </button>
        ))}
        <span className={cn('flex items-center gap-3', running.length > 0 && 'ml-auto')}>
          {current && !observes ? (
            <Link
              href={`/terminals/${current.id}`}
              prefetch={false}
              className="text-12 text-accent underline"
            >
              Full page
            </Link>
          ) : null}
          {canOpen && running.length > 0 ? <OpenShell session={session} onOpened={onOpened} /> : null}
        </span>
      </div>
      {current ? (
        <Suspense fallback={<p className="p-4 text-13 text-faint">Loading the terminal…</p>}>
          <LiveTerminal
            key={current.id}
            view={current}
            operator={operator}
            compact
            className="flex-1 border-t border-line"
          />
        </Suspense>
      ) : (
        <div className="flex flex-col items-start gap-3 px-3 pb-3 text-13 text-muted">
          <p>
            {closed
              ? 'This session is closed: no terminal runs in it.'
              : 'No terminal is open. A shell starts in the workspace of this session; everybody who is signed in can watch it, and it is recorded.'}
          </p>
          {canOpen ? <OpenShell session={session} variant="primary" onOpened={onOpened} /> : null}
        </div>
      )}
      {ended.length > 0 && !observes ? <Recordings ended={ended} /> : null}
    </div>
  )
}

function Recordings({ ended }: { ended: TerminalView[] }) {
  return (
    <details className="border-t border-line text-13">
      <summary className="px-3 py-2 text-12 text-faint">
        {ended.length} ended {ended.length === 1 ? 'terminal' : 'terminals'}
      </summary>
      <ul className="flex max-h-40 flex-col gap-1 overflow-auto px-3 pb-3">
        {ended.map((each) => (
          <li key={each.id}>
            <Link href={`/terminals/${each.id}`} prefetch={false} className="text-accent underline">
              {nameOf(each)}
            </Link>
            {each.exit_code === null ? null : (
              <span className="text-faint"> · exit code {each.exit_code}</span>
            )}
          </li>
        ))}
      </ul>
    </details>
  )
}

function nameOf({ title, operator, created_at }: TerminalView): string {
  return `${title} · ${operator ?? 'agent'} · ${created_at.slice(11, 16)}Z`
}
