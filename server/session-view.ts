// Sessions and turns as the API and the page see them.
import type { SessionTotals } from '../db/sessions.ts'
import type { TurnRow } from '../db/turns.ts'
import type { SessionDetail, SessionStatus, SessionView, TurnView } from '../lib/api.ts'
import type { Outcome } from '../lib/events.ts'
import { FIXTURE_VERSION } from './claude/binary.ts'
import { viewGrant } from './gate/grants.ts'
import type { SessionLimits } from './limits.ts'
import { viewBudget } from './session-budget.ts'
import type { Tables } from './tables.ts'

export function viewTurn(row: TurnRow): TurnView {
  const {
    position: _,
    idempotency_key: __,
    process_id: ___,
    prompt_sent: ____,
    stop_requested_by: _____,
    ...view
  } = row
  return view
}

export function viewSession(row: SessionTotals, tables: Tables): SessionView {
  const { head_hash: _, held: __, running: ___, time_box_told: ____, ...kept } = row
  const { cost_usd, tokens, last_outcome, ...rest } = kept
  const current = tables.turns.runningOf(row.id)
  return {
    ...rest,
    status: statusOf(row),
    current_turn: current && viewTurn(current),
    last_outcome: last_outcome as Outcome | null,
    total_cost_usd: cost_usd,
    total_tokens: tokens,
  }
}

export function viewSessionDetail(row: SessionTotals, tables: Tables, limits: SessionLimits): SessionDetail {
  const turns = tables.turns.ofSession(row.id).map(viewTurn)
  return {
    ...viewSession(row, tables),
    turns,
    queue: turns.filter((turn) => turn.state === 'queued'),
    budget: viewBudget(tables.budgets.bySession(row.id, new Date().toISOString())),
    grants: tables.grants.ofSession(row.id).map(viewGrant),
    ...limits,
    tried_version: FIXTURE_VERSION,
  }
}

/** Whether the time box of a session has ended. */
export function isOver({ ends_at }: Pick<SessionTotals, 'ends_at'>): boolean {
  return ends_at !== null && Date.parse(ends_at) <= Date.now()
}

function statusOf(row: SessionTotals): SessionStatus {
  if (row.closed_at !== null) return 'closed'
  if (row.pending_approvals > 0) return 'needs_you'
  if (row.running > 0) return 'running'
  if (isOver(row)) return 'over'
  return row.held === 1 && row.queued > 0 ? 'held' : 'idle'
}
