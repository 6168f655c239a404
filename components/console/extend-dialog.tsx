'use client'
import { type FormEvent, useState } from 'react'
import type { SessionDetail } from '../../lib/api.ts'
import { Time } from '../time.tsx'
import { useServerNow } from '../transcript/clock.tsx'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Field, fieldProps, Textarea } from '../ui/field.tsx'
import { ProblemNotice } from '../ui/problem.tsx'
import { useRequest } from '../use-request.ts'

const CHOICES = [
  { minutes: 30, word: '30 minutes' },
  { minutes: 60, word: '1 hour' },
  { minutes: 120, word: '2 hours' },
  { minutes: 240, word: '4 hours' },
]

/** Asks for how much longer and why. */
export default function ExtendDialog({
  open,
  onClose,
  detail,
  onExtended,
}: {
  open: boolean
  onClose: () => void
  detail: SessionDetail
  onExtended: () => void
}) {
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="Extend the time box"
      description="How much longer, and why, stands in the record."
    >
      <ExtendForm detail={detail} onExtended={onExtended} />
    </Dialog>
  )
}

function ExtendForm({ detail, onExtended }: { detail: SessionDetail; onExtended: () => void }) {
  const [minutes, setMinutes] = useState(60)
  const [reason, setReason] = useState('')
  const { busy, problem, send } = useRequest()
  const now = useServerNow() ?? Date.parse(detail.created_at)
  const ends = Math.max(now, Date.parse(detail.ends_at ?? detail.created_at)) + minutes * 60_000

  async function extend(event: FormEvent) {
    event.preventDefault()
    const path = `/api/sessions/${encodeURIComponent(detail.id)}/extend`
    const answer = await send('POST', path, { minutes, reason: reason.trim() })
    if (answer.ok) onExtended()
  }

  const wrong = problem?.fields?.reason
  return (
    <form onSubmit={extend} className="flex flex-col gap-4">
      <fieldset>
        <legend className="pb-1 text-13 font-medium">How much longer?</legend>
        <div className="grid grid-cols-4 gap-2 narrow:grid-cols-2">
          {CHOICES.map((choice) => (
            <label
              key={choice.minutes}
              className="flex h-9 cursor-pointer items-center justify-center rounded-md border border-edge text-13 transition-colors hover:bg-raised has-checked:border-accent has-checked:bg-raised has-focus-visible:outline-2 has-focus-visible:outline-accent"
            >
              <input
                type="radio"
                name="minutes"
                checked={minutes === choice.minutes}
                onChange={() => setMinutes(choice.minutes)}
                className="sr-only"
              />
              {choice.word}
            </label>
          ))}
        </div>
      </fieldset>
      <Field id="extend-reason" label="Why does it take longer?" error={wrong}>
        <Textarea
          {...fieldProps('extend-reason', { error: wrong })}
          value={reason}
          rows={3}
          maxLength={2000}
          onChange={(event) => setReason(event.target.value)}
        />
      </Field>
      {problem && !wrong ? <ProblemNotice problem={problem} /> : null}
      <div className="flex flex-wrap items-center gap-3">
        <Button
          type="submit"
          variant="primary"
          disabled={reason.trim().length < 3}
          busy={busy && 'Extending…'}
        >
          Extend
        </Button>
        <p className="min-w-0 flex-1 text-12 text-faint">
          It then ends at <Time at={new Date(ends).toISOString()} form="clock" align="left" />.
          {detail.queue.length > 0 ? ' What is queued stays held until somebody goes on.' : ''}
        </p>
      </div>
    </form>
  )
}
