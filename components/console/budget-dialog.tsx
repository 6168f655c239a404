'use client'
import { type FormEvent, useState } from 'react'
import type { SessionDetail } from '../../lib/api.ts'
import { BUDGET_KINDS, type BudgetKind, formatAmount } from '../../lib/budget.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Field, fieldProps, Input, Textarea } from '../ui/field.tsx'
import { ProblemNotice } from '../ui/problem.tsx'
import { useRequest } from '../use-request.ts'

const LABEL: Record<BudgetKind, string> = { turns: 'Turns', usd: 'Dollars', minutes: 'Minutes running' }

/** Asks an admin for what a session may use from now on, and why. */
export default function BudgetDialog({
  open,
  onClose,
  detail,
  onChanged,
}: {
  open: boolean
  onClose: () => void
  detail: SessionDetail
  onChanged: () => void
}) {
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="Change the budget"
      description="When one of these is used up nothing new starts. Only admins change them; the change, your name and why stand in the record."
    >
      <BudgetForm detail={detail} onChanged={onChanged} />
    </Dialog>
  )
}

type Typed = Record<BudgetKind, string>

function BudgetForm({ detail, onChanged }: { detail: SessionDetail; onChanged: () => void }) {
  const was = (kind: BudgetKind) => detail.budget?.[kind].limit ?? null
  const used = (kind: BudgetKind) =>
    detail.budget ? `${formatAmount(kind, detail.budget[kind].used)} used` : 'No limit so far'
  const [typed, setTyped] = useState<Typed>(() => ({
    turns: String(was('turns') ?? ''),
    usd: String(was('usd') ?? ''),
    minutes: String(was('minutes') ?? ''),
  }))
  const [reason, setReason] = useState('')
  const { busy, problem, send } = useRequest()

  const becomes = BUDGET_KINDS.map((kind) => ({ kind, limit: readLimit(typed[kind]) }))
  const wrong = becomes.some(({ limit }) => limit === undefined)
  const changed = becomes.filter(({ kind, limit }) => limit !== undefined && limit !== was(kind))

  async function change(event: FormEvent) {
    event.preventDefault()
    const body = Object.fromEntries(changed.map(({ kind, limit }) => [kind, limit]))
    const path = `/api/sessions/${encodeURIComponent(detail.id)}/budget`
    const answer = await send('POST', path, { ...body, reason: reason.trim() })
    if (answer.ok) onChanged()
  }

  const fields = problem?.fields
  return (
    <form onSubmit={change} className="flex flex-col gap-4">
      <div className="grid grid-cols-3 gap-3 narrow:grid-cols-1">
        {becomes.map(({ kind, limit }) => {
          const id = `budget-${kind}`
          const error = limit === undefined ? 'Use a number, or nothing for no limit' : fields?.[kind]
          return (
            <Field key={kind} id={id} label={LABEL[kind]} hint={used(kind)} error={error}>
              <Input
                {...fieldProps(id, { hint: true, error })}
                value={typed[kind]}
                inputMode="decimal"
                autoComplete="off"
                maxLength={12}
                placeholder="no limit"
                className="tabular"
                onChange={(event) => setTyped({ ...typed, [kind]: event.target.value })}
              />
            </Field>
          )
        })}
      </div>
      <Field id="budget-reason" label="Why?" error={fields?.reason}>
        <Textarea
          {...fieldProps('budget-reason', { error: fields?.reason })}
          value={reason}
          rows={2}
          maxLength={2000}
          onChange={(event) => setReason(event.target.value)}
        />
      </Field>
      {problem && !fields ? <ProblemNotice problem={problem} /> : null}
      <div className="flex flex-wrap items-center gap-3">
        <Button
          type="submit"
          variant="primary"
          disabled={wrong || changed.length === 0 || reason.trim().length < 3}
          busy={busy && 'Changing…'}
        >
          Change
        </Button>
        <p aria-live="polite" className="tabular min-w-0 flex-1 text-12 text-faint">
          {changed.length === 0
            ? detail.queue.length > 0
              ? 'What is queued stays held until somebody goes on.'
              : ''
            : changed
                .map(
                  ({ kind, limit }) =>
                    `${formatAmount(kind, was(kind))} → ${formatAmount(kind, limit ?? null)}`,
                )
                .join(' · ')}
        </p>
      </div>
    </form>
  )
}

/** Nothing is no limit, null; undefined is no number. */
function readLimit(typed: string): number | null | undefined {
  if (typed.trim() === '') return null
  const limit = Number(typed.trim().replace(',', '.').replace(/^\$/, ''))
  return Number.isFinite(limit) && limit > 0 ? limit : undefined
}
