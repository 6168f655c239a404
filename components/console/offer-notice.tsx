'use client'
import { useState } from 'react'
import type { Problem } from '../../lib/api.ts'
import type { Offer } from '../../lib/block-types.ts'
import { makeVisible } from '../../lib/format.ts'
import { api } from '../api.ts'
import { Button } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'

/** A model that does not answer, and one press to go on with the next. */
export function OfferNotice({
  session,
  offer,
  running,
  canWrite,
  onOther,
  onDone,
}: {
  session: string
  offer: Offer
  /** Whether the turn still runs: the CLI goes on trying until it is stopped. */
  running: boolean
  canWrite: boolean
  /** Shows everything that can be chosen. */
  onOther: () => void
  onDone: () => void
}) {
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const to = makeVisible(offer.to)

  async function goOn() {
    setBusy(true)
    setProblem(null)
    const path = `/api/sessions/${encodeURIComponent(session)}/go-on`
    const answer = await api('POST', path, { turn_id: offer.turn_id, provider: offer.to })
    setBusy(false)
    if (answer.ok) onDone()
    else setProblem(answer.problem)
  }

  return (
    <Notice
      severity="warn"
      title={`Provider ${makeVisible(offer.reason) || `${makeVisible(offer.from)} does not answer`}`}
      actions={
        canWrite ? (
          <>
            <Button variant="primary" busy={busy && 'Going on…'} onClick={goOn}>
              {running ? `Stop and continue with ${to}` : `Continue with ${to}`}
            </Button>
            <Button variant="quiet" onClick={onOther}>
              Choose another…
            </Button>
          </>
        ) : null
      }
    >
      <p>
        {running ? 'The CLI goes on trying. ' : ''}
        {to} answers, and can take the conversation over as it stands.
        {canWrite ? '' : ' An operator can let it.'}
      </p>
      {problem ? (
        <p role="alert" className="pt-1 text-error">
          {problem.detail}
        </p>
      ) : null}
    </Notice>
  )
}
