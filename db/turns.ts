// The table of turns: queued, running, ended. The row is the intent: without it no process is started.
import type { Outcome } from '../lib/events.ts'
import type { Database } from './database.ts'

export type TurnRow = {
  position: number
  id: string
  session_id: string
  operator: string
  prompt: string
  idempotency_key: string | null
  state: 'queued' | 'running' | 'ended' | 'removed'
  outcome: Outcome | null
  process_id: string | null
  /** 1 once the prompt is known to have been written to the CLI. */
  prompt_sent: number
  stop_requested_by: string | null
  created_at: string
  started_at: string | null
  deadline_at: string | null
  ended_at: string | null
  cost_usd: number | null
  input_tokens: number | null
  output_tokens: number | null
}

export type NewTurn = Pick<
  TurnRow,
  | 'id'
  | 'session_id'
  | 'operator'
  | 'prompt'
  | 'idempotency_key'
  | 'state'
  | 'created_at'
  | 'started_at'
  | 'deadline_at'
>

export type TurnEnd = Pick<
  TurnRow,
  'id' | 'session_id' | 'outcome' | 'ended_at' | 'cost_usd' | 'input_tokens' | 'output_tokens'
>

export function createTurnsTable(database: Database) {
  const insert = database.prepare(
    `INSERT INTO turns (id, session_id, operator, prompt, idempotency_key, state, created_at, started_at, deadline_at)
     VALUES (@id, @session_id, @operator, @prompt, @idempotency_key, @state, @created_at, @started_at, @deadline_at)`,
  )
  const byId = database.prepare<[string], TurnRow>('SELECT * FROM turns WHERE id = ?')
  const byKey = database.prepare<[string, string], TurnRow>(
    'SELECT * FROM turns WHERE session_id = ? AND idempotency_key = ?',
  )
  const ofSession = database.prepare<[string], TurnRow>(
    "SELECT * FROM turns WHERE session_id = ? AND state <> 'removed' ORDER BY position",
  )
  const running = database.prepare<[], TurnRow>(
    "SELECT * FROM turns WHERE state = 'running' ORDER BY position",
  )
  const runningOf = database.prepare<[string], TurnRow>(
    "SELECT * FROM turns WHERE session_id = ? AND state = 'running'",
  )
  const nextQueued = database.prepare<[string], TurnRow>(
    "SELECT * FROM turns WHERE session_id = ? AND state = 'queued' ORDER BY position LIMIT 1",
  )
  const queuedSessions = database
    .prepare<[], string>("SELECT DISTINCT session_id FROM turns WHERE state = 'queued'")
    .pluck()
  const queued = database.prepare<[], TurnRow>("SELECT * FROM turns WHERE state = 'queued' ORDER BY position")
  const startable = database.prepare<[string], TurnRow>(
    `SELECT t.* FROM turns t JOIN sessions s ON s.id = t.session_id
     WHERE t.state = 'queued' AND s.held = 0 AND s.closed_at IS NULL AND (s.ends_at IS NULL OR s.ends_at > ?)
       AND NOT EXISTS (SELECT 1 FROM turns r WHERE r.session_id = t.session_id AND r.state = 'running')
     ORDER BY t.position LIMIT 1`,
  )
  const countEnded = database
    .prepare<[string], number>("SELECT count(*) FROM turns WHERE session_id = ? AND state = 'ended'")
    .pluck()
  const lastEnded = database.prepare<[string], TurnRow>(
    "SELECT * FROM turns WHERE session_id = ? AND state = 'ended' AND process_id IS NOT NULL ORDER BY position DESC LIMIT 1",
  )
  const failedSince = database
    .prepare<[string], string>(
      "SELECT DISTINCT session_id FROM turns WHERE state = 'ended' AND outcome = 'error' AND ended_at > ?",
    )
    .pluck()
  const start = database.prepare(
    "UPDATE turns SET state = 'running', started_at = @started_at, deadline_at = @deadline_at WHERE id = @id AND state = 'queued'",
  )
  const moveDeadlines = database.prepare(
    "UPDATE turns SET deadline_at = strftime('%Y-%m-%dT%H:%M:%fZ', deadline_at, ?) WHERE state = 'running' AND deadline_at IS NOT NULL",
  )
  const setProcess = database.prepare('UPDATE turns SET process_id = ? WHERE id = ?')
  const setPromptSent = database.prepare('UPDATE turns SET prompt_sent = 1 WHERE id = ?')
  const addCost = database.prepare('UPDATE turns SET cost_usd = coalesce(cost_usd, 0) + ? WHERE id = ?')
  const setStop = database.prepare(
    "UPDATE turns SET stop_requested_by = ? WHERE id = ? AND state = 'running' AND stop_requested_by IS NULL",
  )
  const edit = database.prepare("UPDATE turns SET prompt = ? WHERE id = ? AND state = 'queued'")
  const remove = database.prepare(
    "UPDATE turns SET state = 'removed', ended_at = ? WHERE id = ? AND state = 'queued'",
  )
  const end = database.prepare(
    `UPDATE turns SET state = 'ended', outcome = @outcome, ended_at = @ended_at, cost_usd = @cost_usd,
       input_tokens = @input_tokens, output_tokens = @output_tokens WHERE id = @id AND state = 'running'`,
  )
  const holdQueue = database.prepare(
    `UPDATE sessions SET held = 1 WHERE id = ?
       AND EXISTS (SELECT 1 FROM turns t WHERE t.session_id = sessions.id AND t.state = 'queued')`,
  )

  return {
    insert: (turn: NewTurn) => void insert.run(turn),
    byId: (id: string) => byId.get(id) ?? null,
    byIdempotencyKey: (sessionId: string, key: string) => byKey.get(sessionId, key) ?? null,
    /** All but the removed ones, in the order they were given. */
    ofSession: (sessionId: string) => ofSession.all(sessionId),
    running: () => running.all(),
    runningOf: (sessionId: string) => runningOf.get(sessionId) ?? null,
    nextQueued: (sessionId: string) => nextQueued.get(sessionId) ?? null,
    /** Of all sessions. */
    queued: () => queued.all(),
    /** Sessions in which prompts are queued. */
    queuedSessions: () => queuedSessions.all(),
    /** The first queued turn that nothing but the number of running turns keeps from starting at a time. */
    startable: (now: string) => startable.get(now) ?? null,
    countEnded: (sessionId: string) => countEnded.get(sessionId) ?? 0,
    /** The last one for which a process was started. */
    lastEnded: (sessionId: string) => lastEnded.get(sessionId) ?? null,
    /** Sessions in which a turn has ended as an error after a time, ISO 8601. */
    failedSince: (time: string) => failedSince.all(time),
    /** Turns a queued turn into the running one. @returns false when it is queued no more */
    start: (turn: { id: string; started_at: string; deadline_at: string }) => start.run(turn).changes === 1,
    /** Of all that run. */
    moveDeadlines: (byMs: number) => void moveDeadlines.run(`${byMs / 1000} seconds`),
    setProcess: (id: string, processId: string) => void setProcess.run(processId, id),
    setPromptSent: (id: string) => void setPromptSent.run(id),
    /** For what is told of the cost after the end, in pieces. */
    addCost: (id: string, usd: number) => void addCost.run(usd, id),
    /** @returns whether nobody had asked for it before */
    requestStop: (id: string, operator: string) => setStop.run(operator, id).changes === 1,
    /** @returns false when it is queued no more */
    edit: (id: string, prompt: string) => edit.run(prompt, id).changes === 1,
    /** @returns false when it is queued no more */
    remove: (id: string, at: string) => remove.run(at, id).changes === 1,
    /**
     * Ends a turn. Prompts queued behind one that did not succeed were written in the hope that it does: they are held.
     * @returns false when it is not running: it has its one terminal event already
     */
    end({ session_id, ...turn }: TurnEnd) {
      const ended = end.run(turn).changes === 1
      if (ended && turn.outcome !== 'success') holdQueue.run(session_id)
      return ended
    },
  }
}
