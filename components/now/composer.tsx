'use client'
import { ChevronDown } from 'lucide-react'
import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { type FormEvent, type KeyboardEvent, useEffect, useRef, useState } from 'react'
import type { Problem } from '../../lib/api.ts'
import { NEW, takeInsertions } from '../runbooks/insert-prompt.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { FieldError } from '../ui/field.tsx'
import { ProblemNotice } from '../ui/problem.tsx'
import { type AgentChoices, ComposerMore, readMore } from './composer-more.tsx'
import { type Attempt, nextAttempt, startSession } from './start-session.ts'
import { useDraft } from './use-draft.ts'

const REASON_MIN = 10
const REASON_MAX = 2000
const NEAR_MAX = 1800

/** Says what is broken and starts its recovery. `focused`: nothing else on the page wants the operator. */
export function Composer({
  choices,
  able,
  focused,
}: {
  choices: AgentChoices
  /** Whether a model can be expected to answer. */
  able: boolean
  focused: boolean
}) {
  const router = useRouter()
  const field = useRef<HTMLTextAreaElement>(null)
  const attempt = useRef<Attempt | null>(null)
  const [text, setText] = useDraft(NEW, field)
  const [more, setMore] = useState(false)
  const [busy, setBusy] = useState(false)
  const [short, setShort] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)

  useEffect(() => {
    // On a phone the keyboard would cover the page: there the operator asks for it.
    const wanted = focused && matchMedia('(pointer: fine)').matches
    if (wanted || location.hash === '#write') field.current?.focus()
  }, [focused])

  const latest = useRef(setText)
  latest.current = setText
  useEffect(
    () =>
      takeInsertions(
        NEW,
        () => field.current,
        (given) => latest.current(given),
      ),
    [],
  )

  const length = text.trim().length
  const wrong =
    length > REASON_MAX || (short && length < REASON_MIN) ? ruleFor(length) : problem?.fields?.reason

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    if (busy) return
    if (length < REASON_MIN || length > REASON_MAX) {
      setShort(true)
      field.current?.focus()
      return
    }
    const opening = { reason: text.trim(), ...readMore(new FormData(event.currentTarget)) }
    attempt.current = nextAttempt(attempt.current, JSON.stringify(opening))
    setBusy(true)
    setProblem(null)
    const started = await startSession(attempt.current, opening, opening.reason)
    if (started.ok) {
      setText('')
      router.push(`/sessions/${started.sessionId}`)
      return
    }
    setBusy(false)
    setProblem(started.problem)
    if (started.problem.fields && !started.problem.fields.reason) setMore(true)
  }

  function sendOnEnter(event: KeyboardEvent<HTMLTextAreaElement>) {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
    event.preventDefault()
    event.currentTarget.form?.requestSubmit()
  }

  const opened = problem ? attempt.current?.sessionId : null
  return (
    <form onSubmit={submit} noValidate className="flex flex-col">
      <h1 className="text-28 font-semibold tracking-tight">
        <label htmlFor="breakglass-composer">What is broken?</label>
      </h1>
      <p id="composer-lead" className="pt-1 pb-5 text-15 text-muted">
        Say what you see, since when, and what must not be touched.
      </p>
      <div className="rounded-lg border border-edge bg-surface transition-colors has-[textarea:focus]:border-accent has-[textarea:focus]:ring-1 has-[textarea:focus]:ring-accent forced-colors:has-[textarea:focus]:outline-2">
        <textarea
          ref={field}
          id="breakglass-composer"
          rows={4}
          value={text}
          enterKeyHint="send"
          aria-describedby="composer-lead composer-rule"
          aria-invalid={wrong ? true : undefined}
          placeholder="Checkout gives 502 from the edge since about 02:41. Do not touch the database."
          onChange={(event) => {
            setText(event.target.value)
            setShort(false)
          }}
          onKeyDown={sendOnEnter}
          className="block field-sizing-content max-h-[40dvh] min-h-28 w-full resize-none bg-transparent px-4 pt-3 pb-2 text-16 outline-none"
        />
        {more ? <ComposerMore choices={choices} fields={problem?.fields ?? {}} /> : null}
        <div className="flex flex-wrap items-center gap-2 p-2 pl-2">
          <Button variant="quiet" aria-expanded={more} onClick={() => setMore(!more)}>
            <ChevronDown
              size={14}
              aria-hidden="true"
              className={more ? 'rotate-180 transition-transform' : 'transition-transform'}
            />
            {more ? 'Less' : 'More'}
          </Button>
          <Button
            type="submit"
            variant={able ? 'primary' : 'secondary'}
            size="lg"
            busy={busy && 'Opening the session…'}
            className="ml-auto"
          >
            Start recovery
          </Button>
        </div>
      </div>
      <div id="composer-rule" className="flex min-h-5 flex-wrap justify-between gap-x-4 pt-2">
        {wrong ? (
          <FieldError>{wrong}</FieldError>
        ) : (
          <p className="tabular text-12 text-faint">{ruleFor(length)}</p>
        )}
        <p className="text-12 text-faint narrow:hidden">Enter starts, Shift+Enter breaks the line</p>
      </div>
      {problem && !problem.fields ? (
        <ProblemNotice
          problem={problem}
          className="mt-3"
          actions={
            opened ? (
              <Link href={`/sessions/${opened}`} className={buttonClass()}>
                Go to the session, which is open
              </Link>
            ) : null
          }
        />
      ) : null}
    </form>
  )
}

function ruleFor(length: number): string {
  if (length > REASON_MAX) return `${length - REASON_MAX} characters over ${REASON_MAX}: shorten it`
  if (length > NEAR_MAX) return `${length} of ${REASON_MAX} characters`
  if (length > 0 && length < REASON_MIN)
    return `${REASON_MIN - length} more of at least ${REASON_MIN} characters`
  return `${REASON_MIN} to ${REASON_MAX} characters; it opens the record`
}
