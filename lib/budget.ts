// The budget of a session: turns, dollars and minutes of running turns, each with its limit or none. The page needs no more.

export const BUDGET_KINDS = ['turns', 'usd', 'minutes'] as const
export type BudgetKind = (typeof BUDGET_KINDS)[number]

/** From this part of a limit on it is warned of. */
export const BUDGET_WARNING = 0.8

export type BudgetView = Record<BudgetKind, { used: number; limit: number | null }>

/** How much of a limit is used, in words: `4 of 5 turns`, `$0.80 of $1.00`, `24 of 30 min`. */
export function formatBudget(kind: BudgetKind, used: number, limit: number): string {
  if (kind === 'turns') return `${used} of ${formatAmount(kind, limit)}`
  if (kind === 'usd') return `$${money(used)} of $${money(limit)}`
  return `${minutes(used)} of ${minutes(limit)} min`
}

/** What is used or may be, null for no limit: `5 turns`, `$1.00`, `30 min`, `any time`. */
export function formatAmount(kind: BudgetKind, amount: number | null): string {
  if (amount === null) return NO_LIMIT[kind]
  if (kind === 'turns') return `${amount} ${amount === 1 ? 'turn' : 'turns'}`
  return kind === 'usd' ? `$${money(amount)}` : `${minutes(amount)} min`
}

const NO_LIMIT = { turns: 'any number of turns', usd: 'any cost', minutes: 'any time' } as const

function money(usd: number): string {
  return usd >= 0.1 || usd === 0 ? usd.toFixed(2) : usd.toFixed(4)
}

function minutes(n: number): string {
  return String(n < 10 ? Number(n.toFixed(1)) : Math.floor(n))
}
