// The budget of a session over HTTP: what a request may say of it.
import { z } from 'zod'
import { BUDGET_KINDS } from './budget.ts'

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
