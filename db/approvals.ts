// The table of approvals: every question the gate was asked, its answer, and whether the CLI has it.
import type { ApprovalState } from '../lib/events.ts'
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
  operator: string | null
  reason: string | null
  /** 1 once the answer was written to the CLI. */
  delivered: number
  created_at: string
  decided_at: string | null
}

export type ApprovalsTable = ReturnType<typeof createApprovalsTable>

export function createApprovalsTable(database: Database) {
  const insert = database.prepare(
    `INSERT INTO approvals (id, session_id, turn_id, process_id, request_id, tool_use_id, tool_name, input, state, reason, created_at, decided_at)
     VALUES (@id, @session_id, @turn_id, @process_id, @request_id, @tool_use_id, @tool_name, @input, @state, @reason, @created_at, @decided_at)`,
  )
  const byId = database.prepare<[string], ApprovalRow>('SELECT * FROM approvals WHERE id = ?')
  const byRequest = database.prepare<[string, string], ApprovalRow>(
    'SELECT * FROM approvals WHERE process_id = ? AND request_id = ?',
  )
  const inState = database.prepare<[string], ApprovalRow>(
    'SELECT * FROM approvals WHERE state = ? ORDER BY created_at DESC, id LIMIT 500',
  )
  const undelivered = database.prepare<[string], ApprovalRow>(
    'SELECT * FROM approvals WHERE process_id = ? AND delivered = 0 ORDER BY created_at, id',
  )
  const pendingOfTurn = database.prepare<[string], ApprovalRow>(
    "SELECT * FROM approvals WHERE turn_id = ? AND state = 'pending'",
  )
  const decide = database.prepare(
    "UPDATE approvals SET state = @state, operator = @operator, reason = @reason, decided_at = @decided_at WHERE id = @id AND state = 'pending'",
  )
  const setDelivered = database.prepare('UPDATE approvals SET delivered = 1 WHERE id = ?')

  return {
    insert: (row: Omit<ApprovalRow, 'operator' | 'delivered'>) => void insert.run(row),
    byId: (id: string) => byId.get(id) ?? null,
    byRequest: (processId: string, requestId: string) => byRequest.get(processId, requestId) ?? null,
    /** The latest 500 in a state. */
    inState: (state: ApprovalState) => inState.all(state),
    /** Those of a process whose answer, given or not, the CLI does not have. */
    undelivered: (processId: string) => undelivered.all(processId),
    pendingOfTurn: (turnId: string) => pendingOfTurn.all(turnId),
    /** @returns whether it was pending until now */
    decide: (row: Pick<ApprovalRow, 'id' | 'state' | 'operator' | 'reason' | 'decided_at'>) =>
      decide.run(row).changes === 1,
    setDelivered: (id: string) => void setDelivered.run(id),
  }
}
