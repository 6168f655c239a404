// The budget of a session over HTTP: turns, dollars and minutes of running turns, each with its limit or none.
import { z } from 'zod'

export const BUDGET_KINDS = ['turns', 'usd', 'minutes'] as const
export type BudgetKind = (typeof BUDGET_KINDS)[number]

export const budgetTurns = z.int('Use a whole number of turns').min(1).max(10_000)
export const budgetUsd = z.number().min(0.001).max(1_000_000)
/** Wall time of turns that run. */
export const budgetMinutes = z.number().min(0.01).max(100_000)

/** What a session may use; null is as much as it likes, and what is missing is as the configuration says. */
export const budgetSchema = z.strictObject({
  turns: budgetTurns.nullable().optional(),
  usd: budgetUsd.nullable().optional(),
  minutes: budgetMinutes.nullable().optional(),
})
export type Budget = z.infer<typeof budgetSchema>

export const changeBudgetSchema = budgetSchema
  .extend({
    reason: z
      .string()
      .trim()
      .min(3, 'Say in a few words why it may use more')
      .max(2000, 'Keep the reason within 2000 characters'),
  })
  .refine((given) => BUDGET_KINDS.some((kind) => given[kind] !== undefined), 'Give turns, usd or minutes')
export type ChangeBudget = z.infer<typeof changeBudgetSchema>

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
