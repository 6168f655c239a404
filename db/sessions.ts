// The table of sessions: one row a recovery.
import type { CloseOutcome, DriverName, SessionKind } from '../lib/api.ts'
import { GENESIS } from '../lib/hash-chain.ts'
import type { Database } from './database.ts'

export type SessionRow = {
  id: string
  reason: string
  title: string
  ticket: string | null
  kind: SessionKind
  drill: string | null
  driver: DriverName
  provider: string
  model: string | null
  minutes: number
  /** The end of its time box; null for one that a program holds open. */
  ends_at: string | null
  /** What the record says of this end already. */
  time_box_told: 'nothing' | 'warning' | 'end'
  operator: string
  workspace: string
  cli_session_id: string
  claude_version: string | null
  created_at: string
  last_event_at: string
  /** 1 while queued prompts wait for an operator, since the turn before them did not succeed. */
  held: number
  closed_at: string | null
  outcome: CloseOutcome | null
  summary: string | null
  head_seq: number
  head_hash: string
  /** Lines of the CLI of no known type in the record. */
  raw_count: number
}

export type NewSession = Omit<
  SessionRow,
  | 'raw_count'
  | 'held'
  | 'closed_at'
  | 'outcome'
  | 'summary'
  | 'head_seq'
  | 'head_hash'
  | 'claude_version'
  | 'last_event_at'
  | 'ends_at'
  | 'time_box_told'
> & { ends_at?: string }

/** A session with what its turns and approvals add up to. */
export type SessionTotals = SessionRow & {
  turns: number
  queued: number
  running: number
  pending_approvals: number
  last_outcome: string | null
  cost_usd: number | null
  tokens: number
}

export type SessionFilter = {
  q?: string | undefined
  operator?: string | undefined
  /** A closing outcome, or `open`. */
  outcome?: string | undefined
  from?: string | undefined
  to?: string | undefined
  /** The last row of the page before. */
  before?: { created_at: string; id: string } | undefined
  limit: number
}

const WITH_TOTALS = `
  SELECT s.*,
    (SELECT count(*) FROM turns t WHERE t.session_id = s.id AND t.state IN ('running', 'ended')) AS turns,
    (SELECT count(*) FROM turns t WHERE t.session_id = s.id AND t.state = 'queued') AS queued,
    (SELECT count(*) FROM turns t WHERE t.session_id = s.id AND t.state = 'running') AS running,
    (SELECT count(*) FROM approvals a WHERE a.session_id = s.id AND a.state = 'pending') AS pending_approvals,
    (SELECT t.outcome FROM turns t WHERE t.session_id = s.id AND t.state = 'ended' ORDER BY t.position DESC LIMIT 1) AS last_outcome,
    (SELECT sum(t.cost_usd) FROM turns t WHERE t.session_id = s.id) AS cost_usd,
    (SELECT coalesce(sum(t.input_tokens + t.output_tokens), 0) FROM turns t WHERE t.session_id = s.id) AS tokens
  FROM sessions s`

export type SessionsTable = ReturnType<typeof createSessionsTable>

export function createSessionsTable(database: Database) {
  const insert = database.prepare(
    `INSERT INTO sessions (id, reason, title, ticket, kind, drill, driver, provider, model, minutes, ends_at, operator, workspace,
       cli_session_id, created_at, last_event_at, head_hash)
     VALUES (@id, @reason, @title, @ticket, @kind, @drill, @driver, @provider, @model, @minutes, @ends_at, @operator, @workspace,
       @cli_session_id, @created_at, @created_at, '${GENESIS}')`,
  )
  const byId = database.prepare<[string], SessionTotals>(`${WITH_TOTALS} WHERE s.id = ?`)
  const close = database.prepare(
    'UPDATE sessions SET closed_at = @closed_at, outcome = @outcome, summary = @summary WHERE id = @id AND closed_at IS NULL',
  )
  const choose = database.prepare(
    'UPDATE sessions SET driver = @driver, provider = @provider, model = @model WHERE id = @id',
  )
  const setHeld = database.prepare('UPDATE sessions SET held = ? WHERE id = ?')
  const setEnd = database.prepare(
    "UPDATE sessions SET ends_at = ?, time_box_told = 'nothing' WHERE id = ? AND closed_at IS NULL",
  )
  const moveEnds = database.prepare(
    "UPDATE sessions SET ends_at = strftime('%Y-%m-%dT%H:%M:%fZ', ends_at, ?) WHERE closed_at IS NULL AND ends_at IS NOT NULL",
  )
  const setTold = database.prepare('UPDATE sessions SET time_box_told = ? WHERE id = ?')
  const endingBefore = database.prepare<[string], SessionTotals>(
    `${WITH_TOTALS} WHERE s.closed_at IS NULL AND s.ends_at < ?`,
  )
  const setVersion = database.prepare('UPDATE sessions SET claude_version = ? WHERE id = ?')
  const heads = database.prepare<[string], { session_id: string; seq: number; hash: string }>(
    'SELECT id AS session_id, head_seq AS seq, head_hash AS hash FROM sessions WHERE last_event_at >= ?',
  )
  const ids = database.prepare<[], string>('SELECT id FROM sessions ORDER BY created_at, id').pluck()

  return {
    insert: (session: NewSession) => void insert.run({ ends_at: null, ...session }),
    byId: (id: string) => byId.get(id) ?? null,
    /** @returns whether the session was open until now */
    close: (closing: { id: string; closed_at: string; outcome: CloseOutcome; summary: string | null }) =>
      close.run(closing).changes === 1,
    choose: (choice: Pick<SessionRow, 'id' | 'driver' | 'provider' | 'model'>) => void choose.run(choice),
    setHeld: (id: string, held: boolean) => void setHeld.run(held ? 1 : 0, id),
    /** Gives an open session another end, of which nothing has been told yet. */
    setEnd: (id: string, endsAt: string) => void setEnd.run(endsAt, id),
    /** Of all open sessions. */
    moveEnds: (byMs: number) => void moveEnds.run(`${byMs / 1000} seconds`),
    setTimeBoxTold: (id: string, told: SessionRow['time_box_told']) => void setTold.run(told, id),
    /** Open sessions whose time box ends before a time. */
    endingBefore: (time: string) => endingBefore.all(time),
    setClaudeVersion: (id: string, version: string) => void setVersion.run(version, id),
    /** The heads of the chains that grew since a time. */
    heads: (since: string) => heads.all(since),
    /** All ids, oldest first. */
    ids: () => ids.all(),

    /** Newest first; `q` is looked for in reason, title, ticket and prompts, whatever the case. */
    list(filter: SessionFilter): SessionTotals[] {
      const conditions: string[] = []
      const values: Record<string, unknown> = { limit: filter.limit }
      const where = (condition: string, name: string, value: unknown) => {
        conditions.push(condition)
        values[name] = value
      }
      if (filter.q) {
        where(
          `(s.reason LIKE @q ESCAPE '\\' OR s.title LIKE @q ESCAPE '\\' OR s.ticket LIKE @q ESCAPE '\\' OR s.summary LIKE @q ESCAPE '\\'
            OR EXISTS (SELECT 1 FROM turns t WHERE t.session_id = s.id AND t.state <> 'removed' AND t.prompt LIKE @q ESCAPE '\\'))`,
          'q',
          `%${filter.q.replace(/[\\%_]/g, '\\$&')}%`,
        )
      }
      if (filter.operator) where('s.operator = @operator COLLATE NOCASE', 'operator', filter.operator)
      if (filter.outcome === 'open') conditions.push('s.closed_at IS NULL')
      else if (filter.outcome) where('s.outcome = @outcome', 'outcome', filter.outcome)
      if (filter.from) where('s.created_at >= @from', 'from', filter.from)
      if (filter.to) where('s.created_at <= @to', 'to', filter.to)
      if (filter.before) {
        conditions.push('(s.created_at, s.id) < (@before_at, @before_id)')
        values.before_at = filter.before.created_at
        values.before_id = filter.before.id
      }
      const sql = `${WITH_TOTALS} ${conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : ''}
        ORDER BY s.created_at DESC, s.id DESC LIMIT @limit`
      return database.prepare<[Record<string, unknown>], SessionTotals>(sql).all(values)
    },
  }
}
