'use client'
import { type KeyboardEvent, useState } from 'react'
import type { Problem, TurnView } from '../../lib/api.ts'
import { formatPlural, makeVisible, oneLine } from '../../lib/format.ts'
import { api } from '../api.ts'
import { Button } from '../ui/button.tsx'
import { Textarea } from '../ui/field.tsx'
import { ProblemNotice } from '../ui/problem.tsx'
import { SeverityWord } from '../ui/severity.tsx'

/** Prompts that wait for their turn: to be read, changed, taken back or sent at once. */
export function Queue({
  session,
  queue,
  held,
  running,
  readOnly,
  onChange,
}: {
  session: string
  queue: TurnView[]
  held: boolean
  running: boolean
  readOnly: boolean
  onChange: () => void
}) {
  const [editing, setEditing] = useState<string | null>(null)
  const [busy, setBusy] = useState<string | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  if (queue.length === 0) return null

  async function ask(turn: TurnView, method: 'PATCH' | 'DELETE' | 'POST', body?: unknown): Promise<boolean> {
    const path = `/api/sessions/${encodeURIComponent(session)}/queue/${encodeURIComponent(turn.id)}`
    setBusy(turn.id)
    setProblem(null)
    const answer = await api(method, method === 'POST' ? `${path}/send` : path, body)
    setBusy(null)
    if (!answer.ok) setProblem(answer.problem)
    onChange()
    return answer.ok
  }

  return (
    <section aria-label="Queue" className="flex flex-col gap-1">
      {held ? (
        <p className="flex flex-wrap items-center gap-x-2.5 text-13 text-muted">
          <SeverityWord severity="warn">Held</SeverityWord>
          The last turn did not succeed, so{' '}
          {queue.length === 1 ? 'this prompt waits' : `these ${formatPlural(queue.length, 'prompt')} wait`}{' '}
          for you.
        </p>
      ) : null}
      {problem ? <ProblemNotice problem={problem} /> : null}
      <ol className="flex max-h-[24dvh] flex-col overflow-y-auto">
        {queue.map((turn, place) =>
          editing === turn.id ? (
            <QueuedEditor
              key={turn.id}
              turn={turn}
              onCancel={() => setEditing(null)}
              onSave={async (prompt) => {
                if (await ask(turn, 'PATCH', { prompt })) setEditing(null)
              }}
            />
          ) : (
            <li
              key={turn.id}
              className="flex min-h-8 items-center gap-2 text-13 narrow:flex-wrap narrow:gap-y-0"
            >
              <span className="w-8 shrink-0 text-12 text-faint">{place === 0 ? 'Next' : place + 1}</span>
              <span
                className="min-w-0 flex-1 truncate text-muted narrow:basis-3/4"
                title={makeVisible(turn.prompt)}
              >
                {oneLine(turn.prompt, 200)}
              </span>
              {readOnly ? null : (
                <span className="-mr-2 ml-auto flex">
                  {held && place === 0 ? (
                    <Button
                      variant="secondary"
                      size="sm"
                      onClick={() => ask(turn, 'POST')}
                      busy={busy === turn.id && 'Sending…'}
                    >
                      Send next
                    </Button>
                  ) : (
                    <Button
                      variant="quiet"
                      size="sm"
                      onClick={() => ask(turn, 'POST')}
                      busy={busy === turn.id && 'Sending…'}
                      title={running ? 'Stops the turn that runs and starts this one' : undefined}
                    >
                      Send now
                    </Button>
                  )}
                  <Button
                    variant="quiet"
                    size="sm"
                    onClick={() => setEditing(turn.id)}
                    aria-label={`Edit queued prompt ${place + 1}`}
                  >
                    Edit
                  </Button>
                  <Button
                    variant="quiet"
                    size="sm"
                    onClick={() => ask(turn, 'DELETE')}
                    aria-label={`Remove queued prompt ${place + 1}`}
                  >
                    Remove
                  </Button>
                </span>
              )}
            </li>
          ),
        )}
      </ol>
    </section>
  )
}

function QueuedEditor({
  turn,
  onSave,
  onCancel,
}: {
  turn: TurnView
  onSave: (prompt: string) => void
  onCancel: () => void
}) {
  const [text, setText] = useState(turn.prompt)
  const usable = text.trim() !== ''

  function onKeyDown(event: KeyboardEvent) {
    if (event.nativeEvent.isComposing || event.keyCode === 229) return
    if (event.key === 'Escape') {
      // This Esc leaves the field; the next one stops the turn.
      event.preventDefault()
      onCancel()
    } else if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault()
      if (usable) onSave(text)
    }
  }

  return (
    <li className="flex flex-col gap-2 py-1">
      <Textarea
        aria-label="Queued prompt"
        value={text}
        rows={2}
        ref={(element) => element?.focus()}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <span className="flex gap-2">
        <Button size="sm" onClick={() => onSave(text)} disabled={!usable}>
          Save
        </Button>
        <Button size="sm" variant="quiet" onClick={onCancel}>
          Cancel
        </Button>
      </span>
    </li>
  )
}
