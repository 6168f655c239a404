// Sessions and turns as the API and the page see them.
import type { SessionTotals } from '../db/sessions.ts'
import type { TurnRow } from '../db/turns.ts'
import type { SessionDetail, SessionStatus, SessionView, TurnView } from '../lib/api.ts'
import type { Outcome } from '../lib/events.ts'
import { viewGrant } from './gate/grants.ts'
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
  const { head_hash: _, held: __, cost_usd, tokens, running: ___, last_outcome, ...rest } = row
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

export function viewSessionDetail(
  row: SessionTotals,
  tables: Tables,
  silenceLimitSeconds: number,
): SessionDetail {
  const turns = tables.turns.ofSession(row.id).map(viewTurn)
  return {
    ...viewSession(row, tables),
    turn_list: turns,
    queue: turns.filter((turn) => turn.state === 'queued'),
    silence_limit_seconds: silenceLimitSeconds,
    grants: tables.grants.ofSession(row.id).map(viewGrant),
  }
}

function statusOf(row: SessionTotals): SessionStatus {
  if (row.closed_at !== null) return 'closed'
  if (row.pending_approvals > 0) return 'needs_you'
  if (row.running > 0) return 'running'
  return row.held === 1 && row.queued > 0 ? 'held' : 'idle'
}
