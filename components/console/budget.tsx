import type { SessionDetail } from '../../lib/api.ts'
import { BUDGET_KINDS, BUDGET_WARNING, type BudgetView, formatBudget } from '../../lib/budget.ts'
import { Button } from '../ui/button.tsx'
import { cn } from '../ui/cn.ts'
import { SeverityIcon } from '../ui/severity.tsx'

/** In the header: what is nearly or wholly used up, a press away from more. Nothing while there is plenty. */
export function BudgetNear({
  budget,
  onChange,
}: {
  budget: BudgetView | null
  onChange: (() => void) | null
}) {
  const near = describeBudget(budget).find(({ part }) => part >= BUDGET_WARNING)
  if (!near) return null
  const spent = near.part >= 1
  const look = cn('inline-flex items-center gap-1.5', spent ? 'text-error' : 'text-warn')
  const said = (
    <>
      <SeverityIcon severity={spent ? 'error' : 'warn'} className="size-3" />
      {near.said}
    </>
  )
  return (
    <div className="max-[420px]:hidden">
      <dt className="sr-only">Budget</dt>
      <dd>
        {onChange ? (
          <button
            type="button"
            onClick={onChange}
            aria-label={`${near.said} used of the budget: change it`}
            className={cn(look, '-my-1 min-h-6 underline decoration-line underline-offset-4 hover:text-text')}
          >
            {said}
          </button>
        ) : (
          <span className={look}>{said}</span>
        )}
      </dd>
    </div>
  )
}

/** Above the composer, once nothing new starts: what is used up, and who can change that. */
export function BudgetSpent({ detail, onChange }: { detail: SessionDetail; onChange: (() => void) | null }) {
  const spent = describeBudget(detail.budget).filter(({ part }) => part >= 1)
  if (spent.length === 0) return null
  return (
    <div
      role="status"
      className="flex min-h-9 flex-wrap items-center gap-x-3 gap-y-1 rounded-lg border border-[color-mix(in_srgb,var(--error)_55%,transparent)] bg-surface px-3 py-1 text-13"
    >
      <SeverityIcon severity="error" />
      <p className="tabular min-w-0 flex-1 basis-56">
        The budget is used up ({spent.map(({ said }) => said).join(', ')}): nothing new starts
        {onChange ? '.' : ' until an admin raises it.'}
      </p>
      {onChange ? (
        <Button size="sm" onClick={onChange}>
          Change the budget…
        </Button>
      ) : null}
    </div>
  )
}

/** Every limit of a budget with how much of it is used, the nearest to its end first. */
export function describeBudget(budget: BudgetView | null): { said: string; part: number }[] {
  if (budget === null) return []
  return BUDGET_KINDS.flatMap((kind) => {
    const { used, limit } = budget[kind]
    return limit === null ? [] : [{ said: formatBudget(kind, used, limit), part: used / limit }]
  }).sort((one, other) => other.part - one.part)
}
