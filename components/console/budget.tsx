import { BUDGET_KINDS, BUDGET_WARNING, type BudgetView, formatBudget } from '../../lib/budget.ts'
import { cn } from '../ui/cn.ts'
import { SeverityIcon } from '../ui/severity.tsx'

/** In the header: what is nearly or wholly used up. Nothing while there is plenty. */
export function BudgetNear({ budget }: { budget: BudgetView | null }) {
  const near = describeBudget(budget).find(({ part }) => part >= BUDGET_WARNING)
  if (!near) return null
  const spent = near.part >= 1
  return (
    <div className="max-[420px]:hidden">
      <dt className="sr-only">Budget</dt>
      <dd className={cn('inline-flex items-center gap-1.5', spent ? 'text-error' : 'text-warn')}>
        <SeverityIcon severity={spent ? 'error' : 'warn'} className="size-3" />
        {near.said}
      </dd>
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
