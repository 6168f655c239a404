// What a session's budget says at this moment.
import type { BudgetRow } from '../db/budgets.ts'
import { BUDGET_KINDS, type BudgetKind, type BudgetView, formatBudget } from '../lib/budget.ts'
import type { Budget } from '../lib/budget-api.ts'
import { HttpProblem } from './http/problem.ts'
import type { Tables } from './tables.ts'

/** Limits with others in their place where some are given. */
export function applied(limits: Record<BudgetKind, number | null>, given: Budget): typeof limits {
  const { turns = limits.turns, usd = limits.usd, minutes = limits.minutes } = given
  return { turns, usd, minutes }
}

/** A session's budget as it is opened: what it is given, else what every session gets. */
export function insertBudget({ budgets }: Tables, sessionId: string, standard: Budget, given: Budget = {}) {
  const limits = applied(applied({ turns: null, usd: null, minutes: null }, standard), given)
  if (BUDGET_KINDS.every((kind) => limits[kind] === null)) return
  budgets.put({ session_id: sessionId, ...limits, warned: '', spent: '' })
}

export function usedOf(row: BudgetRow, kind: BudgetKind): number {
  return { turns: row.used_turns, usd: row.used_usd, minutes: row.used_minutes }[kind]
}

/** The limits that are reached. */
export function spentKinds(row: BudgetRow): BudgetKind[] {
  return BUDGET_KINDS.filter((kind) => row[kind] !== null && usedOf(row, kind) >= (row[kind] ?? 0))
}

/** @throws HttpProblem 409 `budget_spent` */
export function refuseWhenSpent({ budgets }: Tables, sessionId: string): void {
  const row = budgets.bySession(sessionId, new Date().toISOString())
  const [kind] = row ? spentKinds(row) : []
  if (!row || !kind) return
  const said = formatBudget(kind, usedOf(row, kind), row[kind] ?? 0)
  const detail = `The budget of this session is used up: ${said}. Nothing new starts until an admin raises it, with a reason`
  throw new HttpProblem(409, 'budget_spent', detail, { budget: kind })
}

/** Null where the session has no budget. */
export function viewBudget(row: BudgetRow | null): BudgetView | null {
  if (row === null || BUDGET_KINDS.every((kind) => row[kind] === null)) return null
  const of = (kind: BudgetKind) => ({ used: usedOf(row, kind), limit: row[kind] })
  return { turns: of('turns'), usd: of('usd'), minutes: of('minutes') }
}
