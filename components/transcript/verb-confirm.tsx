'use client'
import { useContext, useState } from 'react'
import type { Problem } from '../../lib/api.ts'
import type { VerbBlock } from '../../lib/block-types.ts'
import { makeVisible } from '../../lib/format.ts'
import { api } from '../api.ts'
import { Button } from '../ui/button.tsx'
import { ProblemNotice } from '../ui/problem.tsx'
import { SeverityIcon } from '../ui/severity.tsx'
import { MayAct, SessionId } from './event.tsx'
import { commandLine } from './verb-state.ts'

/** What a verb asks before it runs: the exact command, below the facts it is confirmed on. */
export function VerbConfirm({ verb }: { verb: VerbBlock }) {
  const session = useContext(SessionId)
  const mayAct = useContext(MayAct)
  const [busy, setBusy] = useState<'run' | 'cancel' | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const path = `/api/sessions/${encodeURIComponent(session)}/verbs/${encodeURIComponent(verb.id)}`

  async function answer(how: 'run' | 'cancel') {
    setBusy(how)
    setProblem(null)
    const answered = how === 'run' ? await api('POST', path) : await api('DELETE', path)
    // A run that was confirmed or cancelled leaves this state by its event.
    if (answered.ok) return
    setBusy(null)
    setProblem(answered.problem)
  }

  return (
    <section aria-label="Confirm" className="flex flex-col gap-2.5 border-t border-line px-3 py-3">
      <p className="flex gap-2 text-14 font-medium">
        <SeverityIcon severity="warn" className="mt-[3px]" />
        <span>{makeVisible(verb.confirm ?? 'Run it now?')}</span>
      </p>
      <pre className="rounded-md border border-line bg-bg px-3 py-2 whitespace-pre-wrap wrap-anywhere">
        {makeVisible(commandLine(verb.argv))}
      </pre>
      {mayAct ? (
        <div className="flex flex-wrap gap-2">
          <Button
            variant="primary"
            onClick={() => void answer('run')}
            busy={busy === 'run' && 'Starting…'}
            disabled={busy === 'cancel'}
          >
            Run it
          </Button>
          <Button
            onClick={() => void answer('cancel')}
            busy={busy === 'cancel' && 'Cancelling…'}
            disabled={busy === 'run'}
          >
            Don’t run it
          </Button>
        </div>
      ) : (
        <p className="text-13 text-muted">An operator has to confirm it.</p>
      )}
      {problem ? <ProblemNotice problem={problem} /> : null}
    </section>
  )
}
