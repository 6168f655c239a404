'use client'
import { type FormEvent, useId, useState } from 'react'
import type { KillView } from '../../lib/kill-api.ts'
import { REASON_MAX_CHARACTERS } from '../../lib/text-limits.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Field, fieldProps, Input } from '../ui/field.tsx'
import { ProblemNotice } from '../ui/problem.tsx'
import { useRequest } from '../use-request.ts'

const WORDS = {
  engage: {
    title: 'Kill everything?',
    about:
      'Ends every turn, terminal and waiting process of this console at once, with all that they have started. Nothing starts again until an admin lifts it. The record is kept.',
    act: 'Kill everything',
    busy: 'Ending what runs…',
  },
  again: {
    title: 'Kill what still runs?',
    about: 'The kill switch is engaged. What survived it is killed once more.',
    act: 'Kill again',
    busy: 'Ending what runs…',
  },
  lift: {
    title: 'Lift the kill switch?',
    about:
      'Turns and terminals can be started again. What was ended stays ended, and queued prompts wait until somebody sends them.',
    act: 'Lift the kill switch',
    busy: 'Lifting…',
  },
} as const

/** One click more, and a reason for those who have the time. */
export function KillDialog({
  open,
  lifting,
  engaged,
  onClose,
  onDone,
}: {
  open: boolean
  lifting: boolean
  engaged: boolean
  onClose: () => void
  onDone: (now: KillView) => void
}) {
  const words = WORDS[lifting ? 'lift' : engaged ? 'again' : 'engage']
  return (
    <Dialog open={open} onClose={onClose} title={words.title} description={words.about}>
      <KillForm words={words} lifting={lifting} onClose={onClose} onDone={onDone} />
    </Dialog>
  )
}

function KillForm({
  words,
  lifting,
  onClose,
  onDone,
}: {
  words: (typeof WORDS)[keyof typeof WORDS]
  lifting: boolean
  onClose: () => void
  onDone: (now: KillView) => void
}) {
  const id = useId()
  const [reason, setReason] = useState('')
  const { busy, problem, send } = useRequest()

  async function submit(event: FormEvent) {
    event.preventDefault()
    const body = reason.trim() === '' ? {} : { reason: reason.trim() }
    const answer = await send<KillView>(lifting ? 'DELETE' : 'POST', '/api/kill', body)
    if (answer.ok) onDone(answer.data)
  }

  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <Field
        id={id}
        label="Reason"
        optional
        hint="It stands in the record of every session that this touches"
      >
        <Input
          {...fieldProps(id, { hint: true })}
          value={reason}
          maxLength={REASON_MAX_CHARACTERS}
          autoComplete="off"
          onChange={(event) => setReason(event.target.value)}
        />
      </Field>
      {problem ? <ProblemNotice problem={problem} /> : null}
      {problem && !lifting ? (
        <p className="text-13 text-muted">
          On the host it is <code>breakglass kill</code>, also while the console does not answer.
        </p>
      ) : null}
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant={lifting ? 'primary' : 'stop'} busy={busy && words.busy}>
          {words.act}
        </Button>
      </div>
    </form>
  )
}
