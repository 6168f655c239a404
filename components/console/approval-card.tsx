'use client'
import { type FormEvent, useState } from 'react'
import type { Problem } from '../../lib/api.ts'
import type { ApprovalFact } from '../../lib/block-types.ts'
import { makeVisible } from '../../lib/format.ts'
import { changesState, describeCall } from '../../lib/tool-call.ts'
import { api } from '../api.ts'
import { Elapsed } from '../transcript/clock.tsx'
import { Diff, usePatch } from '../transcript/diff.tsx'
import { Button } from '../ui/button.tsx'
import { Field, fieldProps, Input } from '../ui/field.tsx'
import { ProblemNotice } from '../ui/problem.tsx'
import { SeverityWord } from '../ui/severity.tsx'

/** A question of the agent, pinned above the composer until somebody answers it. */
export function ApprovalCard({
  approval,
  more,
  workspace,
  canAnswer,
}: {
  approval: ApprovalFact
  /** How many wait behind this one. */
  more: number
  workspace: string
  canAnswer: boolean
}) {
  const [denying, setDenying] = useState(false)
  const [reason, setReason] = useState('')
  const [answering, setAnswering] = useState<'allow' | 'deny' | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const input = approval.input ?? NOTHING
  const name = approval.tool_name ?? ''
  const patch = usePatch(name, input)

  async function answer(decision: 'allow' | 'deny', why?: string) {
    setAnswering(decision)
    setProblem(null)
    const said = await api('POST', `/api/approvals/${encodeURIComponent(approval.id)}`, {
      decision,
      ...(why ? { reason: why } : {}),
    })
    // When it was accepted, the record tells, and this card goes.
    if (said.ok) return
    setAnswering(null)
    setProblem(said.problem)
  }

  function deny(event: FormEvent) {
    event.preventDefault()
    void answer('deny', reason.trim())
  }

  return (
    <section
      aria-label="Approval"
      className="flex max-h-[52dvh] flex-col gap-2 overflow-y-auto rounded-lg border border-warn/60 bg-surface p-3"
    >
      <div className="flex flex-wrap items-baseline gap-x-2.5 gap-y-1">
        <SeverityWord severity="warn">Needs you</SeverityWord>
        <h2 className="font-semibold">{question(name, changesState(name, input))}</h2>
        <span className="ml-auto text-12 text-faint narrow:ml-0 narrow:basis-full">
          {approval.reason ? `${makeVisible(approval.reason)} · ` : ''}waits <Elapsed since={approval.at} />
          {more > 0 ? ` · ${more} more after this` : ''}
        </span>
      </div>
      <Call name={name} input={input} />
      {patch ? (
        <div className="max-h-60 shrink-0 overflow-y-auto rounded-md border border-line [&>div]:border-t-0">
          <Diff patch={patch} />
        </div>
      ) : null}
      {problem ? <ProblemNotice problem={problem} /> : null}
      {!canAnswer ? (
        <p className="text-13 text-muted">Only an operator or an admin can answer this.</p>
      ) : denying ? (
        <form onSubmit={deny} className="flex flex-wrap items-end gap-2">
          <Field
            id="deny-reason"
            label="Why not"
            optional
            className="min-w-48 flex-1"
            hint="The agent is told this, and goes on from it."
          >
            <Input
              {...fieldProps('deny-reason', { hint: true })}
              value={reason}
              maxLength={2000}
              ref={(element) => {
                if (element && document.activeElement === document.body) element.focus()
              }}
              onChange={(event) => setReason(event.target.value)}
              onKeyDown={(event) => {
                if (event.key !== 'Escape' || event.nativeEvent.isComposing) return
                event.preventDefault()
                setDenying(false)
              }}
            />
          </Field>
          <span className="mb-5 flex gap-2">
            <Button type="submit" variant="primary" busy={answering === 'deny' && 'Denying…'}>
              Deny
            </Button>
            <Button variant="quiet" onClick={() => setDenying(false)}>
              Back
            </Button>
          </span>
        </form>
      ) : (
        <div className="flex flex-wrap items-center gap-2">
          <Button
            variant="primary"
            onClick={() => answer('allow')}
            busy={answering === 'allow' && 'Allowing…'}
          >
            Allow once
          </Button>
          <Button onClick={() => setDenying(true)} busy={answering !== null && 'Deny…'}>
            Deny…
          </Button>
          <span className="ml-auto min-w-0 truncate text-12 text-faint narrow:ml-0 narrow:basis-full">
            in <code className="text-12">{makeVisible(workspace)}</code>
          </span>
        </div>
      )}
    </section>
  )
}

const NOTHING: Record<string, unknown> = {}

function question(name: string, changes: boolean): string {
  if (name === 'Bash') return changes ? 'Run a command that changes something' : 'Run a command'
  if (name === 'Write') return 'Write a file'
  if (name === 'Edit' || name === 'MultiEdit' || name === 'NotebookEdit') return 'Change a file'
  if (name === 'WebFetch' || name === 'WebSearch') return 'Reach out to the network'
  if (name === 'Task' || name === 'Agent') return 'Start a subagent'
  return name === '' ? 'Use a tool' : `Use ${makeVisible(name)}`
}

function Call({ name, input }: { name: string; input: Record<string, unknown> }) {
  const { what } = describeCall(name, input)
  const known = name === 'Bash' || name === 'Write' || name === 'Edit' || name === 'MultiEdit'
  const text = known && what !== '' ? what : JSON.stringify(input, null, 2)
  return (
    <pre
      {...REACHABLE}
      className="max-h-48 shrink-0 overflow-y-auto rounded-md border border-line bg-bg px-2.5 py-2 whitespace-pre-wrap wrap-anywhere"
    >
      {makeVisible(text)}
    </pre>
  )
}

/** What scrolls has to be reachable without a mouse. */
const REACHABLE = { tabIndex: 0, role: 'group', 'aria-label': 'The exact call' } as const
