// The budget of a session: turns, dollars and minutes of running turns, each with its limit or none. The page needs no more.

export const BUDGET_KINDS = ['turns', 'usd', 'minutes'] as const
export type BudgetKind = (typeof BUDGET_KINDS)[number]

/** From this part of a limit on it is warned of. */
export const BUDGET_WARNING = 0.8

export type BudgetView = Record<BudgetKind, { used: number; limit: number | null }>

/** How much of a limit is used, in words: `4 of 5 turns`, `$0.80 of $1.00`, `24 of 30 min`. */
export function formatBudget(kind: BudgetKind, used: number, limit: number): string {
  if (kind === 'turns') return `${used} of ${limit} ${limit === 1 ? 'turn' : 'turns'}`
  if (kind === 'usd') return `$${money(used)} of $${money(limit)}`
  return `${minutes(used)} of ${minutes(limit)} min`
}

function money(usd: number): string {
  return usd >= 0.1 || usd === 0 ? usd.toFixed(2) : usd.toFixed(4)
}

function minutes(n: number): string {
  return String(n < 10 ? Number(n.toFixed(1)) : Math.floor(n))
}
