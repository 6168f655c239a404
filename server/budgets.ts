// The budget of each session: warned of at four fifths, enforced when it is used up, raised by an admin with a reason.
import type { BudgetRow } from '../db/budgets.ts'
import type { SessionView } from '../lib/api.ts'
import { BUDGET_KINDS, BUDGET_WARNING, type BudgetKind, formatBudget } from '../lib/budget.ts'
import type { ChangeBudget } from '../lib/budget-api.ts'
import type { Recorder } from './recorder.ts'
import { applied, spentKinds, usedOf } from './session-budget.ts'
import { viewSession } from './session-view.ts'
import type { Tables } from './tables.ts'
import { openSession } from './turn-refusals.ts'
import type { Turns } from './turns.ts'

const LOOK_MS = 1_000

export type Budgets = ReturnType<typeof startBudgets>

/** Begins to look at the budgets of all open sessions. What it has told stands in the rows, so each is told once. */
export function startBudgets({
  tables,
  recorder,
  turns,
}: {
  tables: Tables
  recorder: Recorder
  turns: Pick<Turns, 'stopWhere'>
}) {
  const timer = setInterval(lookAtAll, LOOK_MS).unref()

  function lookAtAll() {
    try {
      for (const row of tables.budgets.open(new Date().toISOString())) lookAt(row)
    } catch {
      // A database that is full or held is told of elsewhere; the next look comes in a second.
    }
  }

  function lookAt(row: BudgetRow) {
    const { session_id: id } = row
    const spent = spentKinds(row)
    // The turn that was the last of its number goes on; dollars and minutes are used up by what runs.
    const stopping = spent.find((kind) => kind !== 'turns')
    if (stopping && row.running > 0) {
      const reason = `The budget of the session is used up: ${words(row, stopping)}`
      turns.stopWhere((turn) => turn.session_id === id, { outcome: 'timeout', by: 'console', reason })
    }
    for (const kind of spent) if (!told(row.spent, kind)) tell(row, kind, 'spent')
    for (const kind of BUDGET_KINDS) {
      const limit = row[kind]
      if (limit === null || told(row.warned, kind) || usedOf(row, kind) < limit * BUDGET_WARNING) continue
      // What is used up at once needs no warning.
      tell(row, kind, 'warned', spent.includes(kind))
    }
  }

  function tell(row: BudgetRow, kind: BudgetKind, what: 'warned' | 'spent', silently = false) {
    const { session_id: sessionId, queued } = row
    const action = what === 'spent' ? 'budget_spent' : 'budget_warning'
    const held = what === 'spent' && queued > 0
    const event = { action, operator: 'console', reason: words(row, kind), budget: kind }
    row[what] = `${row[what]} ${kind}`.trim()
    recorder.recordNow({
      ...{ sessionId, turnId: null },
      events: silently ? [] : [{ kind: 'control', ...event, used: usedOf(row, kind), limit: row[kind] }],
      also() {
        tables.budgets.put(limitsOf(row))
        if (held) tables.sessions.setHeld(sessionId, true)
      },
    })
  }

  return {
    /** Looks at one session, before its next turn may start. */
    look(sessionId: string) {
      const row = tables.budgets.bySession(sessionId, new Date().toISOString())
      if (row) lookAt(row)
    },

    /**
     * Changes what a session may use; null takes a limit away. What is held stays held.
     * @throws HttpProblem 404 `no_such_session`; 409 `session_closed`
     */
    change(id: string, { reason, ...budget }: ChangeBudget, operator: string): SessionView {
      const session = openSession(tables, id)
      const none = { session_id: id, turns: null, usd: null, minutes: null, warned: '', spent: '' }
      const before = tables.budgets.bySession(id, new Date().toISOString()) ?? none
      const given = BUDGET_KINDS.filter((kind) => budget[kind] !== undefined)
      const without = (kinds: string) =>
        kinds
          .split(' ')
          .filter((kind) => !given.some((each) => each === kind))
          .join(' ')
      const row = {
        ...{ session_id: id, ...applied(before, budget) },
        ...{ warned: without(before.warned), spent: without(before.spent) },
      }
      const event = { action: 'budget_changed', operator, reason, ...budget }
      recorder.recordNow({
        ...{ sessionId: id, turnId: null },
        events: [{ kind: 'control', ...event }],
        also: () => tables.budgets.put(row),
      })
      return viewSession(tables.sessions.byId(id) ?? session, tables)
    },

    close: () => clearInterval(timer),
  }
}

function limitsOf({ session_id, turns, usd, minutes, warned, spent }: BudgetRow) {
  return { session_id, turns, usd, minutes, warned, spent }
}

function told(kinds: string, kind: BudgetKind): boolean {
  return kinds.split(' ').includes(kind)
}

function words(row: BudgetRow, kind: BudgetKind): string {
  return formatBudget(kind, usedOf(row, kind), row[kind] ?? 0)
}
