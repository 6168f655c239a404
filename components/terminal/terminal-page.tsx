'use client'
import Link from 'next/link'
import { lazy, Suspense } from 'react'
import type { OperatorView } from '../../lib/api.ts'
import { makeVisible } from '../../lib/format.ts'
import type { TerminalView } from '../../lib/terminal-api.ts'
import { keepTrying } from '../keep-trying.ts'

const LiveTerminal = lazy(() => keepTrying(() => import('./live-terminal.tsx')))
const Replay = lazy(() => keepTrying(() => import('./replay.tsx')))

/** One terminal on the whole page: live while it runs, its recording afterwards. */
export function TerminalPage({
  view,
  session,
  operator,
  replay,
}: {
  view: TerminalView
  session: { id: string; title: string }
  operator: OperatorView
  replay: boolean
}) {
  return (
    <main id="main" tabIndex={-1} className="flex h-page min-w-0 flex-col">
      <header className="flex flex-wrap items-baseline gap-x-4 gap-y-1 px-4 py-3">
        <h1 className="font-mono text-15 font-medium">{view.title}</h1>
        <Link
          href={`/sessions/${session.id}`}
          prefetch={false}
          className="min-w-0 truncate text-13 text-accent underline"
        >
          {makeVisible(session.title)}
        </Link>
        <span className="ml-auto text-13 text-faint">
          {view.operator ? `opened by ${view.operator}` : 'the agent’s own'} · recorded
        </span>
      </header>
      <Suspense fallback={<p className="p-4 text-13 text-faint">Loading the terminal…</p>}>
        {replay ? (
          <Replay id={view.id} title={view.title} />
        ) : (
          <LiveTerminal
            key={view.id}
            view={view}
            operator={operator}
            className="flex-1 border-t border-line"
          />
        )}
      </Suspense>
    </main>
  )
}
