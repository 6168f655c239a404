'use client'
import type { FormEvent } from 'react'
import type { SessionDetail } from '../../lib/api.ts'
import type { ChangedSession, ProvidersView } from '../../lib/choice-api.ts'
import { ChoiceFields } from '../agent/choice-fields.tsx'
import { Button } from '../ui/button.tsx'
import { ProblemNotice } from '../ui/problem.tsx'
import { useRequest } from '../use-request.ts'

/** Changes how the agent runs; the conversation goes on. */
export function AgentForm({
  detail,
  ladder,
  running,
  onDone,
}: {
  detail: SessionDetail
  ladder: ProvidersView
  running: boolean
  onDone: () => void
}) {
  const { busy, problem, send } = useRequest()
  const isDrill = detail.kind === 'drill'

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const said = (name: string) => String(form.get(name) ?? '').trim()
    const choice = isDrill
      ? { driver: said('driver') }
      : { driver: said('driver'), provider: said('provider'), ...modelOf(said('model'), said('provider')) }
    const answer = await send<ChangedSession>(
      'PATCH',
      `/api/sessions/${encodeURIComponent(detail.id)}`,
      choice,
    )
    if (answer.ok) onDone()
  }

  /** A model that stands there as it stood is the one of the provider before: the console decides whether it stays. */
  function modelOf(model: string, provider: string) {
    const isUntouched = model === (detail.model ?? '') && provider !== detail.provider
    return isUntouched ? {} : { model: model === '' ? null : model }
  }

  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      <ChoiceFields
        id="agent"
        drivers={ladder.drivers}
        providers={isDrill ? [] : ladder.providers}
        chosen={detail}
        fields={problem?.fields ?? {}}
      />
      {problem && !problem.fields ? <ProblemNotice problem={problem} /> : null}
      <div className="flex flex-wrap items-center gap-3">
        <p className="min-w-0 flex-1 text-13 text-muted">
          {running
            ? 'The turn that runs ends as it began; this holds from the next one on.'
            : 'The same conversation goes on with the next prompt.'}
          {isDrill ? ' A drill always asks the scripted model.' : ''}
        </p>
        <Button type="submit" variant="primary" busy={busy && 'Changing…'}>
          Change
        </Button>
      </div>
    </form>
  )
}
