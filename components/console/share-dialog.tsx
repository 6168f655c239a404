'use client'
import { type FormEvent, useCallback, useEffect, useState } from 'react'
import type { Problem } from '../../lib/api.ts'
import { makeVisible } from '../../lib/format.ts'
import type { AddedObserver, ObserverView } from '../../lib/observer-api.ts'
import { api } from '../api.ts'
import { useSessionsChanged } from '../stream/use-session.ts'
import { Time } from '../time.tsx'
import { Button } from '../ui/button.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Field, fieldProps, Input, Select } from '../ui/field.tsx'
import { ProblemNotice } from '../ui/problem.tsx'

const TIMES = [
  { minutes: 15, word: '15 minutes' },
  { minutes: 60, word: '1 hour' },
  { minutes: 480, word: '8 hours' },
  { minutes: 1440, word: '1 day' },
  { minutes: 10_080, word: '7 days' },
]

/** Links that show this session to somebody without an account: made, copied once, revoked. */
export default function ShareDialog({
  open,
  onClose,
  session,
}: {
  open: boolean
  onClose: () => void
  session: string
}) {
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="Share a read-only link"
      description="It shows this session and nothing else: no prompt, no Stop, no answer, no keyboard."
      className="max-w-[560px]"
    >
      <Links path={`/api/sessions/${encodeURIComponent(session)}/observers`} />
    </Dialog>
  )
}

function Links({ path }: { path: string }) {
  const [links, setLinks] = useState<ObserverView[] | null>(null)
  const [added, setAdded] = useState<AddedObserver | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const read = useCallback(async () => {
    const answer = await api<{ observers: ObserverView[] }>('GET', path)
    if (answer.ok) setLinks(answer.data.observers)
    else setProblem(answer.problem)
  }, [path])
  useEffect(() => void read(), [read])
  useSessionsChanged(read)

  async function add(body: { label: string; minutes: number }): Promise<boolean> {
    setProblem(null)
    const answer = await api<AddedObserver>('POST', path, body)
    if (!answer.ok) setProblem(answer.problem)
    else {
      setAdded(answer.data)
      void read()
    }
    return answer.ok
  }

  async function revoke(id: string) {
    setProblem(null)
    const answer = await api('DELETE', `${path}/${id}`)
    if (!answer.ok) return setProblem(answer.problem)
    if (added?.id === id) setAdded(null)
    void read()
  }

  const now = Date.now()
  const valid = links?.filter((link) => link.revoked_at === null && Date.parse(link.expires_at) > now) ?? []
  return (
    <div className="flex flex-col gap-4">
      <AddForm onAdd={add} />
      {problem ? <ProblemNotice problem={problem} /> : null}
      {added ? <Added link={added} /> : null}
      {valid.length > 0 ? (
        <section className="border-t border-line pt-3">
          <h3 className="pb-1 text-13 font-medium">Links in force</h3>
          <ul>
            {valid.map((link) => (
              <li
                key={link.id}
                className="flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1 border-b border-line py-1.5 text-13 last:border-b-0"
              >
                <span className="min-w-0 flex-1 wrap-anywhere">
                  <span className="font-medium">{makeVisible(link.label)}</span>
                  <span className="block text-12 text-muted">
                    ends <Time at={link.expires_at} align="left" /> ·{' '}
                    {link.opened_at ? (
                      <>
                        opened <Time at={link.opened_at} align="left" />
                      </>
                    ) : (
                      'not opened yet'
                    )}{' '}
                    · by {makeVisible(link.created_by)}
                  </span>
                </span>
                <Button
                  size="sm"
                  onClick={() => revoke(link.id)}
                  aria-label={`Revoke the link for ${makeVisible(link.label)}`}
                >
                  Revoke
                </Button>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
    </div>
  )
}

function AddForm({ onAdd }: { onAdd: (body: { label: string; minutes: number }) => Promise<boolean> }) {
  const [label, setLabel] = useState('')
  const [busy, setBusy] = useState(false)

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    if (busy) return
    const minutes = Number(new FormData(event.currentTarget).get('minutes'))
    setBusy(true)
    if (await onAdd({ label: label.trim(), minutes })) setLabel('')
    setBusy(false)
  }

  return (
    <form
      onSubmit={submit}
      className="grid grid-cols-[minmax(0,1fr)_140px_auto] items-end gap-3 narrow:grid-cols-1"
    >
      <Field id="share-label" label="Who is it for?">
        <Input
          {...fieldProps('share-label', {})}
          value={label}
          maxLength={60}
          autoComplete="off"
          placeholder="Vendor support"
          onChange={(event) => setLabel(event.target.value)}
        />
      </Field>
      <Field id="share-minutes" label="For how long?">
        <Select {...fieldProps('share-minutes', {})} name="minutes" defaultValue="60">
          {TIMES.map(({ minutes, word }) => (
            <option key={minutes} value={minutes}>
              {word}
            </option>
          ))}
        </Select>
      </Field>
      <Button
        type="submit"
        variant="primary"
        disabled={label.trim() === ''}
        busy={busy && 'Making…'}
        className="h-9"
      >
        Make a link
      </Button>
    </form>
  )
}

function Added({ link }: { link: AddedObserver }) {
  return (
    <div role="status" className="rounded-lg border border-accent px-3 py-2.5 text-13">
      <p>
        The link for <span className="font-medium">{makeVisible(link.label)}</span>. It is shown this once;
        whoever has it can read along.
      </p>
      <div className="flex items-center gap-2 pt-2">
        <Input
          readOnly
          aria-label="The link"
          value={link.url}
          onFocus={(event) => event.target.select()}
          className="h-8 min-w-0 flex-1 font-mono text-12"
        />
        <CopyButton text={link.url}>Copy</CopyButton>
      </div>
    </div>
  )
}
