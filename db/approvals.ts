// The table of approvals: every question the gate was asked, its answer, and whether the CLI has it.
import type { ApprovalScope, ApprovalState, Axis, Verdict, Vote } from '../lib/events.ts'
import type { Database } from './database.ts'

export type ApprovalRow = {
  id: string
  session_id: string
  turn_id: string
  process_id: string
  /** The CLI's number of the question, unique within its process. */
  request_id: string
  tool_use_id: string
  tool_name: string
  /** JSON. */
  input: string
  state: ApprovalState
  verdict: Verdict
  axis: Axis
  rule: string
  /** How many different people have to allow it: 1 or 2. */
  needed: number
  operator: string | null
  reason: string | null
  scope: ApprovalScope | null
  /** 1 where an admin has decided alone what two should have. */
  override: number
  /** JSON: an operator's answers to the agent's questions. */
  answers: string | null
  /** What the same call again has in common with this one; null where each has to be asked. */
  grant_key: string | null
  /** The approval that let this one through. */
  granted_by: string | null
  expires_at: string | null
  /** 1 once the answer was written to the CLI. */
  delivered: number
  created_at: string
  decided_at: string | null
}

/** As it is first asked, or decided by the policy or a grant. */
export type NewApproval = Omit<ApprovalRow, 'scope' | 'override' | 'answers' | 'delivered'>

/** What an answer changes. */
export type ApprovalDecision = Pick<
  ApprovalRow,
  'id' | 'state' | 'operator' | 'reason' | 'scope' | 'override' | 'answers' | 'decided_at'
>

export function createApprovalsTable(database: Database) {
  const insert = database.prepare(
    `INSERT INTO approvals (id, session_id, turn_id, process_id, request_id, tool_use_id, tool_name, input, state,
       verdict, axis, rule, needed, operator, reason, grant_key, granted_by, expires_at, created_at, decided_at)
     VALUES (@id, @session_id, @turn_id, @process_id, @request_id, @tool_use_id, @tool_name, @input, @state,
       @verdict, @axis, @rule, @needed, @operator, @reason, @grant_key, @granted_by, @expires_at, @created_at, @decided_at)`,
  )
  const byId = database.prepare<[string], ApprovalRow>('SELECT * FROM approvals WHERE id = ?')
  const byRequest = database.prepare<[string, string], ApprovalRow>(
    'SELECT * FROM approvals WHERE process_id = ? AND request_id = ?',
  )
  const inState = database.prepare<[{ state: string; session: string | null }], ApprovalRow>(
    `SELECT * FROM approvals WHERE state = @state AND (@session IS NULL OR session_id = @session)
     ORDER BY created_at DESC, id LIMIT 500`,
  )
  const undelivered = database.prepare<[string], ApprovalRow>(
    'SELECT * FROM approvals WHERE process_id = ? AND delivered = 0 ORDER BY created_at, id',
  )
  const pendingOfTurn = database.prepare<[string], ApprovalRow>(
    `SELECT * FROM approvals WHERE turn_id = ? AND state = 'pending' ORDER BY created_at, id`,
  )
  const overdue = database.prepare<[string], ApprovalRow>(
    `SELECT * FROM approvals WHERE state = 'pending' AND expires_at <= ? ORDER BY expires_at`,
  )
  const decide = database.prepare(
    `UPDATE approvals SET state = @state, operator = @operator, reason = @reason, scope = @scope, override = @override,
       answers = @answers, decided_at = @decided_at, needed = @needed, grant_key = @grant_key
     WHERE id = @id AND state = 'pending'`,
  )
  const moveEnds = database.prepare(
    "UPDATE approvals SET expires_at = strftime('%Y-%m-%dT%H:%M:%fZ', expires_at, ?) WHERE state = 'pending' AND expires_at IS NOT NULL",
  )
  const setDelivered = database.prepare('UPDATE approvals SET delivered = 1 WHERE id = ?')
  const addVote = database.prepare(
    `INSERT INTO approval_votes (approval_id, operator, decision, at) VALUES (@id, @operator, @decision, @at)
     ON CONFLICT DO UPDATE SET decision = @decision, at = @at`,
  )
  const votes = database.prepare<[string], Vote>(
    `SELECT operator, decision, at FROM approval_votes AS vote WHERE approval_id = ?
       AND (EXISTS (SELECT 1 FROM approvals WHERE id = approval_id AND state <> 'pending')
         OR NOT EXISTS (SELECT 1 FROM operators WHERE name = vote.operator AND (locked_at IS NOT NULL OR role = 'viewer')))
     ORDER BY at, operator`,
  )

  return {
    insert: (row: NewApproval) => void insert.run(row),
    byId: (id: string) => byId.get(id) ?? null,
    byRequest: (processId: string, requestId: string) => byRequest.get(processId, requestId) ?? null,
    /** The latest 500 in a state. @param session null for all sessions */
    inState: (state: ApprovalState, session: string | null) => inState.all({ state, session }),
    /** Those of a process whose answer, given or not, the CLI does not have. */
    undelivered: (processId: string) => undelivered.all(processId),
    pendingOfTurn: (turnId: string) => pendingOfTurn.all(turnId),
    /** Those that have waited for longer than they may. @param now ISO 8601 */
    overdue: (now: string) => overdue.all(now),
    /** Of all that are pending. */
    moveEnds: (byMs: number) => void moveEnds.run(`${byMs / 1000} seconds`),
    /** Also what another vote leaves pending. @returns whether it was pending until now */
    decide: (decision: ApprovalDecision & Pick<ApprovalRow, 'needed' | 'grant_key'>) =>
      decide.run(decision).changes === 1,
    setDelivered: (id: string) => void setDelivered.run(id),
    /** In place of what this operator has answered before. */
    addVote: (id: string, each: Vote) => void addVote.run({ id, ...each }),
    /** While it is pending only those of people who may still answer count. */
    votes: (id: string) => votes.all(id),
  }
}
