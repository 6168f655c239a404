'use client'
import type { ReactNode } from 'react'
import type { SessionDetail } from '../../lib/api.ts'
import { formatClock, formatDuration } from '../../lib/format.ts'
import { Time } from '../time.tsx'
import { useServerNow } from '../transcript/clock.tsx'
import { Button } from '../ui/button.tsx'
import { cn } from '../ui/cn.ts'
import { Notice } from '../ui/notice.tsx'
import { SeverityIcon } from '../ui/severity.tsx'

const MINUTE_MS = 60_000
/** Up to here seconds count. */
const CLOCK_BELOW_MS = 60 * MINUTE_MS

type Box = Pick<SessionDetail, 'ends_at' | 'time_box' | 'status'>
type Stage = 'none' | 'ample' | 'short' | 'over'

/** How much of the time box is left, and how much that matters. */
function useTimeBox({ ends_at, time_box, status }: Box): { stage: Stage; leftMs: number } {
  const now = useServerNow()
  if (ends_at === null || now === null || status === 'closed') return { stage: 'none', leftMs: 0 }
  const leftMs = Date.parse(ends_at) - now
  if (leftMs <= 0) return { stage: 'over', leftMs }
  return { stage: leftMs <= time_box.warning_minutes * MINUTE_MS ? 'short' : 'ample', leftMs }
}

/** In the header: the time that is left, a press away from more. */
export function TimeBoxLeft({ detail, onExtend }: { detail: SessionDetail; onExtend: (() => void) | null }) {
  const { stage, leftMs } = useTimeBox(detail)
  if (stage === 'none') return null
  const said =
    stage === 'over'
      ? 'time is up'
      : `${leftMs < CLOCK_BELOW_MS ? formatClock(leftMs) : formatDuration(leftMs)} left`
  const look = cn(
    'inline-flex items-center gap-1.5',
    // On a phone the title needs the room until time gets short.
    stage === 'ample' && 'max-[520px]:hidden',
    stage === 'short' && 'text-warn',
    stage === 'over' && 'text-error',
  )
  const shown = (
    <>
      {stage === 'ample' ? null : (
        <SeverityIcon severity={stage === 'over' ? 'error' : 'warn'} className="size-3" />
      )}
      {said}
    </>
  )
  if (onExtend === null) return <span className={look}>{shown}</span>
  return (
    <button
      type="button"
      onClick={onExtend}
      aria-label={`${said} in the time box: give it more`}
      className={cn(look, '-my-1 min-h-6 underline decoration-line underline-offset-4 hover:text-text')}
    >
      {shown}
    </button>
  )
}

/** Around the composer: a warning above it before the end, words in its place afterwards. */
export function TimeBoxArea({
  detail,
  running,
  onExtend,
  onClose,
  stop,
  children,
}: {
  detail: SessionDetail
  running: boolean
  /** Null for those who may only read. */
  onExtend: (() => void) | null
  onClose: () => void
  /** Stops the turn that runs. */
  stop: { press: () => void; pressed: boolean }
  children: ReactNode
}) {
  const { stage, leftMs } = useTimeBox(detail)
  const grace = detail.time_box.grace_minutes * MINUTE_MS + leftMs
  if (stage === 'over') {
    return (
      <section aria-label="Time is up">
        <Notice
          severity="error"
          title={
            <>
              The time box of this session ended at{' '}
              {detail.ends_at ? <Time at={detail.ends_at} form="clock" align="left" /> : null}
            </>
          }
          actions={
            onExtend ? (
              <>
                <Button variant="primary" onClick={onExtend}>
                  Extend with a reason…
                </Button>
                <Button onClick={onClose}>Close session…</Button>
                {running ? (
                  <Button
                    variant="stop"
                    onClick={stop.press}
                    busy={stop.pressed && 'Stopping…'}
                    className="ml-auto"
                  >
                    Stop
                  </Button>
                ) : null}
              </>
            ) : null
          }
        >
          {running ? (
            <p className="tabular">
              {grace > 0
                ? `The turn that runs is stopped in ${formatClock(grace)}.`
                : 'The turn that runs is being stopped.'}
            </p>
          ) : null}
          <p>
            Nothing new starts{detail.queue.length > 0 ? ', and what is queued is held' : ''}. Drafts are
            kept, and the record can be read.
          </p>
        </Notice>
      </section>
    )
  }
  return (
    <>
      {stage === 'short' ? (
        <div
          role="status"
          className="flex min-h-9 flex-wrap items-center gap-x-3 gap-y-1 rounded-lg border border-[color-mix(in_srgb,var(--warn)_55%,transparent)] bg-surface px-3 py-1 text-13"
        >
          <SeverityIcon severity="warn" />
          <p className="min-w-0 flex-1 basis-56">This session ends soon; then nothing new starts.</p>
          {onExtend ? (
            <Button size="sm" onClick={onExtend}>
              Extend…
            </Button>
          ) : null}
        </div>
      ) : null}
      {children}
    </>
  )
}
