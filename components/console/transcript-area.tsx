'use client'
import { ArrowDown } from 'lucide-react'
import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { SessionDetail } from '../../lib/api.ts'
import type { RecordSnapshot } from '../../lib/block-types.ts'
import { makeVisible } from '../../lib/format.ts'
import { MayAct } from '../transcript/event.tsx'
import { Transcript } from '../transcript/transcript.tsx'
import { PromptView } from '../transcript/turn.tsx'
import { Button } from '../ui/button.tsx'
import { opensAtEvent, useEventLink } from './use-event-link.ts'
import { usePinnedScroll } from './use-pinned-scroll.ts'
import type { Sending } from './use-turns.ts'

/** The scrolling record. It follows its end while the reader is there, and counts what came while the reader was not. */
export function TranscriptArea({
  record,
  sending,
  operator,
  detail,
  mayAct,
  handle,
}: {
  record: RecordSnapshot
  sending: Sending[]
  operator: string
  detail: SessionDetail
  mayAct: boolean
  handle: RefObject<{ jump: () => void; release: () => void }>
}) {
  const area = useRef<HTMLDivElement>(null)
  const { isPinned, jump, release } = usePinnedScroll(area)
  // Not as a first state: the server knows nothing of what follows the # in an address.
  useLayoutEffect(() => {
    if (opensAtEvent()) release()
  }, [release])
  const [seen, setSeen] = useState(0)
  useEffect(() => {
    handle.current = { jump, release }
  }, [handle, jump, release])
  useEffect(() => {
    if (isPinned || !record.caught_up) setSeen(record.head_seq)
  }, [isPinned, record.caught_up, record.head_seq])
  useEventLink(record.caught_up, record.head_seq, release)

  const fresh = record.head_seq - seen
  const begun = record.items.some((item) => item.type !== 'control' || item.action !== 'opened')
  const nothing = !begun && sending.length === 0
  const unsent = sending.filter((each) => !each.queued)
  return (
    <div className="relative min-h-0 flex-1">
      {/* Reached by keyboard: it is the one thing here that scrolls. */}
      <div
        ref={area}
        {...REACHABLE}
        className="relative h-full overflow-y-auto px-8 pt-6 pb-4 -outline-offset-2 narrow:px-4 narrow:pt-4"
      >
        <h2 className="sr-only">Transcript</h2>
        <div
          role="log"
          aria-live="off"
          aria-label="Transcript"
          className="mx-auto flex max-w-[840px] flex-col gap-4"
        >
          <MayAct value={mayAct}>
            <Transcript items={record.items} />
          </MayAct>
          {nothing ? <Beginning ready={record.caught_up} detail={detail} mayAct={mayAct} /> : null}
          {unsent.map((each) => (
            <PromptView
              key={each.key}
              operator={operator}
              at={each.at}
              text={each.text}
              note={each.turn_id ? 'sent' : 'sending…'}
            />
          ))}
          <Waiting record={record} />
        </div>
      </div>
      {isPinned ? null : (
        <Button
          onClick={jump}
          className="absolute bottom-3 left-1/2 z-10 -translate-x-1/2 bg-raised hover:not-disabled:bg-surface"
        >
          <ArrowDown size={14} aria-hidden="true" />
          Jump to latest{fresh > 0 ? ` (${fresh} new)` : ''}
        </Button>
      )}
    </div>
  )
}

const REACHABLE = { tabIndex: 0 } as const

/** While the model is waited for there is nothing to watch: this says so. */
function Waiting({ record }: { record: RecordSnapshot }) {
  const { running, action } = record.facts
  if (!running || action !== 'Waiting for the model') return null
  return <p className="text-13 text-faint">{action}…</p>
}

function Beginning({ ready, detail, mayAct }: { ready: boolean; detail: SessionDetail; mayAct: boolean }) {
  if (!ready && detail.head_seq > 0) return <p className="text-13 text-faint">Reading the record…</p>
  if (detail.status === 'closed') return null
  return (
    <p className="max-w-[64ch] pl-6 text-13 text-muted">
      Nothing has been asked yet.{' '}
      {mayAct ? (
        <>
          Say below what the agent should do first: it works in{' '}
          <code className="wrap-anywhere">{makeVisible(detail.workspace)}</code>, every call it makes appears
          here as it runs, and Esc stops it.
        </>
      ) : (
        'What the agent is told and does appears here as it happens.'
      )}
    </p>
  )
}
