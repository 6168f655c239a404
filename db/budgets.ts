// The table of budgets: what a session may use, what it has used, what the record says of it already.
import type { BudgetKind } from '../lib/budget.ts'
import type { Database } from './database.ts'

type Limits = Record<BudgetKind, number | null>

export type BudgetRow = Limits & {
  session_id: string
  used_turns: number
  /** Of turns that have ended: only then their cost is known. */
  used_usd: number
  used_minutes: number
  running: number
  queued: number
  /** Kinds that were warned of and that are used up, as the record tells, separated by blanks. */
  warned: string
  spent: string
}

const WITH_USE = `
  SELECT b.*,
    (SELECT count(*) FROM turns t WHERE t.session_id = b.session_id AND t.state IN ('running', 'ended')) AS used_turns,
    (SELECT coalesce(sum(t.cost_usd), 0) FROM turns t WHERE t.session_id = b.session_id) AS used_usd,
    (SELECT coalesce(sum(julianday(coalesce(t.ended_at, @now)) - julianday(t.started_at)), 0) * 1440
       FROM turns t WHERE t.session_id = b.session_id AND t.started_at IS NOT NULL AND t.state IN ('running', 'ended')) AS used_minutes,
    (SELECT count(*) FROM turns t WHERE t.session_id = b.session_id AND t.state = 'running') AS running,
    (SELECT count(*) FROM turns t WHERE t.session_id = b.session_id AND t.state = 'queued') AS queued
  FROM budgets b`

export function createBudgetsTable(database: Database) {
  const put = database.prepare(
    `INSERT INTO budgets (session_id, turns, usd, minutes, warned, spent) VALUES (@session_id, @turns, @usd, @minutes, @warned, @spent)
     ON CONFLICT (session_id) DO UPDATE SET turns = @turns, usd = @usd, minutes = @minutes, warned = @warned, spent = @spent`,
  )
  const bySession = database.prepare<[{ id: string; now: string }], BudgetRow>(
    `${WITH_USE} WHERE b.session_id = @id`,
  )
  const open = database.prepare<[{ now: string }], BudgetRow>(
    `${WITH_USE} JOIN sessions s ON s.id = b.session_id WHERE s.closed_at IS NULL`,
  )
  return {
    put: (row: Limits & Pick<BudgetRow, 'session_id' | 'warned' | 'spent'>) => void put.run(row),
    /** Null where the session has none. @param now ISO 8601: a turn that runs counts up to then */
    bySession: (id: string, now: string) => bySession.get({ id, now }) ?? null,
    /** Of all sessions that are open. */
    open: (now: string) => open.all({ now }),
  }
}
