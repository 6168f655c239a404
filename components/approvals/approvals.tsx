'use client'
import { ChevronRight } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import type { OperatorView } from '../../lib/api.ts'
import { assertNever } from '../../lib/assert-never.ts'
import { formatPlural, makeVisible, oneLine } from '../../lib/format.ts'
import { describeCall } from '../../lib/tool-call.ts'
import { SeverityIcon } from '../ui/severity.tsx'
import { AXIS } from './axis-word.tsx'
import { DeniedIn } from './denied-in.tsx'
import { PlanApproval } from './plan-approval.tsx'
import { QuestionApproval } from './question-approval.tsx'
import { ToolApproval } from './tool-approval.tsx'
import { titleOf, type Waiting } from './waiting.ts'

/** What the agent asks, pinned above the composer until somebody answers: one in full, the others by their line. */
export function Approvals({
  waiting,
  operator,
}: {
  /** The oldest first; never empty. */
  waiting: readonly Waiting[]
  operator: OperatorView
}) {
  const [chosen, setChosen] = useState<string | null>(null)
  const place = useRef<HTMLElement>(null)
  const focused = useRef(false)
  const open = waiting.find(({ id }) => id === chosen) ?? waiting[0]
  const shown = useRef(open)

  // Whoever answers by keyboard comes to the next question as a whole, not to any of its buttons.
  useEffect(() => {
    const before = shown.current
    shown.current = open
    if (before?.id === open?.id || !focused.current) return
    if (!place.current?.contains(document.activeElement)) place.current?.focus()
  }, [open])

  if (!open) return null
  return (
    <section
      ref={place}
      aria-label="Approval"
      tabIndex={-1}
      className="flex flex-col gap-2 outline-none"
      onFocus={() => {
        focused.current = true
      }}
      onBlur={(event) => {
        const { relatedTarget: next } = event
        if (next instanceof Node && !event.currentTarget.contains(next)) focused.current = false
      }}
    >
      <Card key={open.id} approval={open} operator={operator} />
      {waiting.length > 1 ? (
        <Others waiting={waiting.filter((each) => each !== open)} onChoose={setChosen} />
      ) : null}
    </section>
  )
}

function Card({ approval, operator }: { approval: Waiting; operator: OperatorView }) {
  switch (approval.kind) {
    case 'tool':
      return <ToolApproval approval={approval} operator={operator} />
    case 'question':
      return <QuestionApproval approval={approval} operator={operator} />
    case 'plan':
      return <PlanApproval approval={approval} operator={operator} />
    default:
      return assertNever(approval.kind)
  }
}

function Others({ waiting, onChoose }: { waiting: readonly Waiting[]; onChoose: (id: string) => void }) {
  return (
    <details className="group/more text-13">
      <summary className="flex min-h-6 items-center gap-2 rounded-md text-muted hover:text-text">
        <ChevronRight
          size={14}
          aria-hidden="true"
          className="shrink-0 text-faint transition-transform group-open/more:rotate-90"
        />
        {formatPlural(waiting.length, 'more question')} {waiting.length === 1 ? 'waits' : 'wait'}
      </summary>
      <ul className="flex max-h-[16dvh] flex-col overflow-y-auto pt-1">
        {waiting.map((each) => (
          <li key={each.id}>
            <button
              type="button"
              onClick={() => onChoose(each.id)}
              className="flex min-h-8 w-full min-w-0 items-center gap-2.5 rounded-md px-2 text-left -outline-offset-2 hover:bg-surface"
            >
              <SeverityIcon severity={AXIS[each.axis].severity} />
              <span className="sr-only">{AXIS[each.axis].word}: </span>
              <Line approval={each} />
              <DeniedIn approval={each} className="ml-auto text-12 text-faint" />
            </button>
          </li>
        ))}
      </ul>
    </details>
  )
}

function Line({ approval }: { approval: Waiting }) {
  const { label, what } = describeCall(approval.tool_name, approval.input)
  if (approval.kind !== 'tool' || what === '')
    return <span className="min-w-0 truncate">{makeVisible(titleOf(approval))}</span>
  return (
    <span className="min-w-0 truncate">
      {label ? <span className="pr-2">{makeVisible(label)}</span> : null}
      <code>{oneLine(what, 200)}</code>
    </span>
  )
}
