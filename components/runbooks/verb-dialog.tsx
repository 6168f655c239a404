'use client'
import { useRouter } from 'next/navigation'
import { type FormEvent, useRef, useState } from 'react'
import type { Problem, SessionView } from '../../lib/api.ts'
import { checkValue, fillArgv, valueFor } from '../../lib/blanks.ts'
import { makeVisible } from '../../lib/format.ts'
import type { StartedVerb, VerbView } from '../../lib/verbs-api.ts'
import { api } from '../api.ts'
import { createIdempotencyKey } from '../console/drafts.ts'
import { commandLine } from '../transcript/verb-state.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { ProblemNotice } from '../ui/problem.tsx'
import { BlankFields, firstValues } from './blank-fields.tsx'
import { NEW_SESSION, SessionChoice, useOpenSessions } from './session-choice.tsx'
import { VerbMarks } from './verb-marks.tsx'

const REASON_MIN = 10

/** Fills a verb's blanks, shows the exact command, and runs it in a session. */
export default function VerbDialog({
  verb,
  current,
  onClose,
}: {
  verb: VerbView
  /** The session that is looked at. */
  current: string | null
  onClose: () => void
}) {
  const router = useRouter()
  const { sessions, chosen, choose } = useOpenSessions(current)
  const [values, setValues] = useState<Record<string, string>>(() => firstValues(verb.blanks))
  const [reason, setReason] = useState('')
  const [tried, setTried] = useState(false)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const opened = useRef<{ reason: string; key: string } | null>(null)

  const argvs = [verb.argv, ...(verb.evidence ? [verb.evidence] : [])]
  const filled = Object.fromEntries(verb.blanks.map((blank) => [blank.name, valueFor(blank, values)]))
  const wrong: Record<string, string> = {}
  for (const blank of verb.blanks) {
    const value = filled[blank.name] ?? ''
    const said = argvs.map((argv) => checkValue(blank, value, argv)).find((each) => each !== null)
    if (said && (tried || (values[blank.name] ?? '') !== '')) wrong[blank.name] = said
  }
  const opens = chosen === NEW_SESSION
  const short = opens && reason.trim().length < REASON_MIN

  async function submit(event: FormEvent) {
    event.preventDefault()
    setTried(true)
    const refused = verb.blanks.some((blank) =>
      argvs.some((argv) => checkValue(blank, filled[blank.name] ?? '', argv) !== null),
    )
    if (busy || sessions === null || refused || short) return
    setBusy(true)
    setProblem(null)
    const session = opens ? await open() : chosen
    if (session === null) return setBusy(false)
    const answer = await api<StartedVerb>('POST', `/api/sessions/${encodeURIComponent(session)}/verbs`, {
      name: verb.name,
      blanks: filled,
      // What is asked stands above the button; evidence has to be looked at first.
      ...(verb.confirm && !verb.evidence ? { confirmed: true } : {}),
    })
    if (!answer.ok) {
      setBusy(false)
      setProblem(answer.problem)
      return
    }
    onClose()
    if (session !== current) router.push(`/sessions/${session}`)
  }

  async function open(): Promise<string | null> {
    const said = reason.trim()
    if (opened.current?.reason !== said) opened.current = { reason: said, key: createIdempotencyKey() }
    const { key } = opened.current
    const answer = await api<SessionView>('POST', '/api/sessions', { reason: said }, { idempotencyKey: key })
    if (answer.ok) return answer.data.id
    setProblem(answer.problem)
    return null
  }

  return (
    <Dialog
      open
      onClose={onClose}
      title={makeVisible(verb.title)}
      description={verb.description ? makeVisible(verb.description) : undefined}
      className="max-w-[560px]"
    >
      <form onSubmit={submit} noValidate className="flex flex-col gap-4">
        <SessionChoice
          sessions={sessions}
          chosen={chosen}
          onChoose={choose}
          reason={reason}
          onReason={setReason}
          error={tried && short ? 'Say in at least 10 characters what is broken' : undefined}
        />
        <BlankFields
          blanks={verb.blanks}
          values={values}
          errors={wrong}
          onChange={(name, value) => setValues((now) => ({ ...now, [name]: value }))}
        />
        <div className="flex flex-col gap-3 border-t border-line pt-4">
          {verb.evidence ? (
            <Command name="Looks first" line={commandLine(fillArgv(verb.evidence, filled))} />
          ) : null}
          <Command
            name={verb.evidence ? 'Runs once you have confirmed it' : 'Runs'}
            line={commandLine(fillArgv(verb.argv, filled))}
          />
          <VerbMarks verb={verb} limit />
        </div>
        {verb.confirm && !verb.evidence ? (
          <p className="text-14 font-medium">{makeVisible(verb.confirm)}</p>
        ) : null}
        {problem ? <ProblemNotice problem={problem} /> : null}
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" busy={busy && 'Starting…'}>
            {verb.evidence ? 'Look first' : verb.confirm ? 'Run it' : 'Run'}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

function Command({ name, line }: { name: string; line: string }) {
  return (
    <div>
      <p className="pb-1 text-12 text-faint">{name}</p>
      <pre className="rounded-md border border-line bg-bg px-3 py-2 whitespace-pre-wrap wrap-anywhere">
        {makeVisible(line)}
      </pre>
    </div>
  )
}
