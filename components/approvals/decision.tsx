'use client'
import { useId, useRef, useState } from 'react'
import type { OperatorView } from '../../lib/api.ts'
import { makeVisible } from '../../lib/format.ts'
import { Button } from '../ui/button.tsx'
import { ProblemNotice } from '../ui/problem.tsx'
import { ReasonForm } from './reason-form.tsx'
import type { useAnswer } from './use-answer.ts'
import { allowedBy, type Waiting } from './waiting.ts'

type Writing = 'deny' | 'override'

/** Allow, deny, and why: the foot of a call that waits. The focus never comes to Allow by itself. */
export function Decision({
  approval,
  operator,
  given: { busy, problem, settled, answer },
  allow = 'Allow once',
  deny = 'Deny',
  denyLabel = 'Why not',
}: {
  approval: Waiting
  operator: OperatorView
  given: ReturnType<typeof useAnswer>
  allow?: string
  deny?: string
  denyLabel?: string
}) {
  const [writing, setWriting] = useState<Writing | null>(null)
  const left = useRef<Writing | null>(null)
  const why = useId()
  const scope = useId()
  if (operator.role === 'viewer')
    return <p className="text-13 text-muted">Only an operator or an admin can answer this.</p>

  const two = approval.needed > 1
  const voted = allowedBy(approval).includes(operator.name)
  /** Where the focus comes back to once a reason is not written after all. */
  const opener = (which: Writing) => (element: HTMLButtonElement | null) => {
    if (!element || left.current !== which) return
    left.current = null
    element.focus()
  }
  function back() {
    left.current = writing
    setWriting(null)
  }

  return (
    <>
      {problem ? <ProblemNotice problem={problem} /> : null}
      {two ? <People approval={approval} voted={voted} id={why} /> : null}
      {writing === 'deny' ? (
        <ReasonForm
          label={denyLabel}
          hint="The agent is told this, and goes on from it."
          verb={deny}
          busy={busy === 'deny' && 'Sending…'}
          onSubmit={(reason) => answer('deny', { decision: 'deny', reason })}
          onBack={back}
        />
      ) : writing === 'override' ? (
        <ReasonForm
          label="Why alone"
          hint="It runs at once. The record shows in red that you decided alone, and why."
          required
          dangerous
          verb="Allow alone"
          busy={busy === 'override' && 'Sending…'}
          onSubmit={(reason) => answer('override', { decision: 'allow', override: true, reason })}
          onBack={back}
        />
      ) : (
        <div className="flex flex-wrap items-center gap-2">
          <Button
            variant={voted ? 'quiet' : 'primary'}
            disabled={!settled}
            busy={busy === 'allow' ? 'Allowing…' : voted && 'Allowed by you'}
            aria-describedby={two ? why : undefined}
            onClick={() => answer('allow', { decision: 'allow' })}
          >
            {two ? `Allow (${allowedBy(approval).length + 1} of ${approval.needed})` : allow}
          </Button>
          {approval.session_scope === null ? null : (
            <Button
              disabled={!settled}
              aria-describedby={scope}
              busy={busy === 'session' && 'Allowing…'}
              onClick={() => answer('session', { decision: 'allow', scope: 'session' })}
            >
              Allow for this session
            </Button>
          )}
          <Button ref={opener('deny')} disabled={!settled} onClick={() => setWriting('deny')}>
            {deny}…
          </Button>
          {approval.session_scope === null ? null : (
            <span id={scope} className="ml-auto text-12 text-faint narrow:ml-0 narrow:basis-full">
              For this session: {inside(makeVisible(approval.session_scope), approval.directory)}
            </span>
          )}
          {two && operator.role === 'admin' ? (
            <Button
              ref={opener('override')}
              variant="quiet"
              className="ml-auto text-critical hover:not-disabled:text-critical"
              disabled={!settled}
              onClick={() => setWriting('override')}
            >
              Allow alone…
            </Button>
          ) : null}
        </div>
      )}
    </>
  )
}

function People({ approval, voted, id }: { approval: Waiting; voted: boolean; id: string }) {
  const names = allowedBy(approval)
  return (
    <p id={id} className="text-13 text-muted">
      <b className="font-medium text-text">
        {names.length} of {approval.needed} people
      </b>{' '}
      {names.length === 0
        ? 'have allowed it; the rule wants two different ones.'
        : voted
          ? 'have allowed it, you among them: somebody else has to as well.'
          : `have allowed it: ${names.map(makeVisible).join(', ')}. You would be the next.`}
    </p>
  )
}

/** A sentence as a part of another, its paths as seen from the workspace. */
function inside(sentence: string, directory: string): string {
  return sentence.replace(/^Exactly/, 'exactly').replaceAll(`${directory}/`, '')
}
