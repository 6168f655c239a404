'use client'
import { type FormEvent, useState } from 'react'
import type { CloseOutcome } from '../../lib/api.ts'
import { Button } from '../ui/button.tsx'
import { Field, fieldProps, Textarea } from '../ui/field.tsx'
import { ProblemNotice } from '../ui/problem.tsx'
import { useRequest } from '../use-request.ts'

const CHOICES: { value: CloseOutcome; word: string; means: string }[] = [
  { value: 'resolved', word: 'Resolved', means: 'The cause is gone' },
  { value: 'mitigated', word: 'Mitigated', means: 'It works again, the cause remains' },
  { value: 'abandoned', word: 'Abandoned', means: 'Left as it is' },
]

/** Asks how it ended before a session is closed. */
export function CloseForm({
  session,
  running,
  onClosed,
}: {
  session: string
  running: boolean
  onClosed: () => void
}) {
  const [outcome, setOutcome] = useState<CloseOutcome | null>(null)
  const [summary, setSummary] = useState('')
  const { busy, problem, send } = useRequest()

  async function close(event: FormEvent) {
    event.preventDefault()
    if (outcome === null) return
    const answer = await send('POST', `/api/sessions/${encodeURIComponent(session)}/close`, {
      outcome,
      ...(summary.trim() === '' ? {} : { summary: summary.trim() }),
    })
    if (answer.ok) onClosed()
  }

  return (
    <form onSubmit={close} className="flex flex-col gap-4">
      <fieldset className="flex flex-col gap-1">
        <legend className="pb-1 text-13 font-medium">How did it end?</legend>
        {CHOICES.map(({ value, word, means }) => (
          <label
            key={value}
            className="flex min-h-9 cursor-pointer items-center gap-3 rounded-md border border-line px-3 transition-colors hover:bg-raised has-checked:border-accent has-checked:bg-raised"
          >
            <input
              type="radio"
              name="outcome"
              value={value}
              checked={outcome === value}
              onChange={() => setOutcome(value)}
              className="size-4 shrink-0 accent-accent"
            />
            <span className="font-medium">{word}</span>
            <span className="ml-auto text-right text-12 text-muted">{means}</span>
          </label>
        ))}
      </fieldset>
      <Field id="close-summary" label="What happened, for whoever reads this next" optional>
        <Textarea
          {...fieldProps('close-summary', {})}
          value={summary}
          rows={4}
          maxLength={10_000}
          onChange={(event) => setSummary(event.target.value)}
        />
      </Field>
      {problem ? <ProblemNotice problem={problem} /> : null}
      <div className="flex flex-wrap items-center gap-3">
        <Button
          type="submit"
          variant="primary"
          disabled={outcome === null || running}
          busy={busy && 'Closing…'}
        >
          Close session
        </Button>
        <p className="min-w-0 flex-1 text-12 text-faint">
          {running ? 'The turn that runs is stopped first. ' : ''}A closed session can be read, not gone on
          with.
        </p>
      </div>
    </form>
  )
}
