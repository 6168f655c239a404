'use client'
import type { Offer } from '../../lib/block-types.ts'
import { makeVisible } from '../../lib/format.ts'
import { Button } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'
import { useRequest } from '../use-request.ts'

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
  const { busy, problem, send } = useRequest()
  const to = makeVisible(offer.to)

  async function goOn() {
    const path = `/api/sessions/${encodeURIComponent(session)}/go-on`
    const answer = await send('POST', path, { turn_id: offer.turn_id, provider: offer.to })
    if (answer.ok) onDone()
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
