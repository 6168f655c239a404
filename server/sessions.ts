// Sessions: opened with a reason, listed, closed with an outcome.
import { createHash, randomUUID } from 'node:crypto'
import { chmodSync, lstatSync, mkdirSync, realpathSync } from 'node:fs'
import { dirname } from 'node:path'
import type { NewSession, SessionTotals } from '../db/sessions.ts'
import type { CloseOutcome, OpenSession, SessionDetail, SessionPage, SessionView } from '../lib/api.ts'
import type { Budget } from '../lib/budget-api.ts'
import type { EventBody } from '../lib/events.ts'
import { chooseDriver, chooseProvider } from './choices.ts'
import type { DataDirectory } from './data-directory.ts'
import type { Rehearsals } from './drill/rehearsals.ts'
import type { Driver } from './drivers/driver.ts'
import { HttpProblem, invalidField } from './http/problem.ts'
import type { SessionLimits } from './limits.ts'
import type { MovingEnds } from './moving-ends.ts'
import type { Providers } from './providers.ts'
import type { Recorder } from './recorder.ts'
import { insertBudget } from './session-budget.ts'
import type { LaunchOf } from './session-launch.ts'
import { viewSession, viewSessionDetail } from './session-view.ts'
import type { Tables } from './tables.ts'

const TITLE_CHARACTERS = 80

export type ListQuery = {
  q?: string | undefined
  operator?: string | undefined
  outcome?: string | undefined
  from?: string | undefined
  to?: string | undefined
  cursor?: string | undefined
  limit?: number | undefined
}

/** What another part of the console adds to a session that it opens. */
export type OpeningSteps = {
  /** Gets the workspace ready, before anything is started in it. @returns what is to be told in the record */
  beforeStart?: (session: NewSession) => Promise<EventBody[]>
  /** Writes rows that stand or fall with the session's. */
  also?: (sessionId: string) => void
  /** A session that a program holds open has no time box: the program ends it. */
  endless?: boolean
}

export type Sessions = ReturnType<typeof createSessions>

export function createSessions(options: {
  tables: Tables
  recorder: Recorder
  driver: Driver
  providers: Providers
  rehearsals: Rehearsals
  data: DataDirectory
  launchOf: LaunchOf
  limits: SessionLimits
  /** The budget of a session that is opened without one. */
  budget: Budget
  /** Every session is a drill, whatever was asked for. */
  drillsOnly: boolean
  ends: Pick<MovingEnds, 'now'>
}) {
  const { tables, recorder, driver, providers, rehearsals, data, launchOf, limits, budget } = options
  const { drillsOnly, ends } = options

  return {
    /**
     * Opens a session: its workspace, its row, and a CLI that waits for the first prompt.
     *
     * @param options.key of an earlier request that this may be a repetition of
     * @throws HttpProblem 400 naming what is allowed; 422 `idempotency_key_reused`; 507 `workspace_not_writable`; what the steps throw
     */
    async open(
      input: OpenSession,
      operator: string,
      { key = null, ...steps }: OpeningSteps & { key?: string | null } = {},
    ): Promise<SessionView> {
      const id = key === null ? randomUUID() : idOf(operator, key)
      const earlier = tables.sessions.byId(id)
      if (earlier) return repetition(earlier, input)
      const kind = drillsOnly ? 'drill' : input.kind
      const drill = kind === 'drill' ? await chooseDrill(input.drill) : null
      const provider = drill ? 'drill' : chooseProvider(providers, input.provider)
      const driverName = chooseDriver(input.driver)
      const workspace = makeWorkspace(id)
      if (drill) await rehearsals.prepare(drill, workspace)
      const now = ends.now()
      const row = {
        id,
        reason: input.reason,
        title: input.title ?? titleOf(input.reason),
        ticket: input.ticket ?? null,
        kind,
        drill,
        driver: driverName,
        provider,
        model: drill ? null : (input.model ?? null),
        minutes: input.minutes,
        operator,
        workspace,
        cli_session_id: id,
        created_at: new Date(now).toISOString(),
        ...(steps.endless ? {} : { ends_at: new Date(now + input.minutes * 60_000).toISOString() }),
      }
      const told = (await steps.beforeStart?.(row)) ?? []
      giveToAgent(id)
      recorder.recordNow({
        sessionId: id,
        turnId: null,
        events: [{ kind: 'control', action: 'opened', operator, reason: input.reason }, ...told],
        also() {
          tables.sessions.insert(row)
          if (!steps.endless) insertBudget(tables, id, budget, input.budget)
          steps.also?.(id)
        },
      })
      const session = tables.sessions.byId(id)
      if (!session) throw new Error(`The session ${id} was not kept`)
      driver.prepare(id, (resume) => launchOf(session, resume), 0)
      return viewSession(session, tables)
    },

    /** Newest first. */
    list({ cursor, limit = 50, ...filter }: ListQuery): SessionPage {
      const before = cursor ? readCursor(cursor) : undefined
      const rows = tables.sessions.list({ ...filter, ...(before ? { before } : {}), limit: limit + 1 })
      const page = rows.slice(0, limit)
      const last = page.at(-1)
      return {
        sessions: page.map((row) => viewSession(row, tables)),
        next_cursor: rows.length > limit && last ? writeCursor(last) : null,
      }
    },

    get(id: string): SessionDetail | null {
      const row = tables.sessions.byId(id)
      return row && viewSessionDetail(row, tables, limits)
    },

    /**
     * Closes a session with its outcome.
     * @throws HttpProblem 404; 409 `turn_in_progress`, `session_closed`
     */
    async close(
      id: string,
      outcome: CloseOutcome,
      summary: string | null,
      operator: string,
    ): Promise<SessionView> {
      const session = tables.sessions.byId(id)
      if (!session) throw new HttpProblem(404, 'no_such_session', `There is no session ${id}`)
      const running = tables.turns.runningOf(id)
      if (running) {
        const detail = `Turn ${running.id} is running: stop it before you close the session`
        throw new HttpProblem(409, 'turn_in_progress', detail, { turn_id: running.id })
      }
      const closed_at = new Date().toISOString()
      const queued = tables.turns.ofSession(id).filter((turn) => turn.state === 'queued')
      recorder.recordNow({
        sessionId: id,
        turnId: null,
        events: [
          { kind: 'control', action: 'closed', operator, outcome, ...(summary ? { reason: summary } : {}) },
        ],
        also() {
          if (!tables.sessions.close({ id, closed_at, outcome, summary })) {
            throw new HttpProblem(409, 'session_closed', 'This session was closed before')
          }
          for (const turn of queued) tables.turns.remove(turn.id, closed_at)
        },
      })
      await driver.release(id)
      if (session.drill) await rehearsals.end(session.workspace)
      const closed = tables.sessions.byId(id)
      return viewSession(closed ?? session, tables)
    },

    /** After a turn of a drill: whether what was broken is repaired, told in the record. */
    async checkDrill(id: string): Promise<void> {
      const session = tables.sessions.byId(id)
      if (!session?.drill || session.closed_at !== null) return
      const { repaired, message } = await rehearsals.check(session.drill, session.workspace)
      await recorder.record({
        sessionId: id,
        turnId: null,
        events: [{ kind: 'control', action: 'drill_check', operator: 'console', reason: message, repaired }],
      })
    },

    /** The events after `seq`, in order, at most `limit`. */
    /** The seq of a session's last event; 0 where there is no such session. */
    headOf: (id: string) => tables.sessions.byId(id)?.head_seq ?? 0,
    eventsAfter: (id: string, seq: number, limit: number) => tables.events.after(id, seq, limit),
  }

  function repetition(session: SessionTotals, { reason }: OpenSession): SessionView {
    if (session.reason === reason) return viewSession(session, tables)
    const detail = 'This Idempotency-Key was used for another session: use a new key'
    throw new HttpProblem(422, 'idempotency_key_reused', detail, { session_id: session.id })
  }

  async function chooseDrill(given: string | undefined): Promise<string> {
    const names = (await rehearsals.list()).map((each) => each.name)
    const [first] = names
    if (given === undefined && first) return first
    if (given !== undefined && names.includes(given)) return given
    throw invalidField('drill', `There is no drill "${given ?? ''}": use one of ${names.join(', ')}`)
  }

  /** Nothing of the session runs yet. */
  function giveToAgent(id: string) {
    const { workspace, temporary } = data.session(id)
    if (!data.agent) return
    chmodSync(dirname(workspace), 0o711)
    for (const path of [workspace, temporary]) data.agent.give(path)
  }

  function makeWorkspace(id: string): string {
    const { workspace, temporary, outputs, processes } = data.session(id)
    try {
      for (const path of [workspace, temporary, outputs, processes])
        mkdirSync(path, { recursive: true, mode: 0o700 })
      if (lstatSync(workspace).isSymbolicLink() || realpathSync(workspace) !== workspace) {
        throw new Error('it is not where it should be')
      }
      return workspace
    } catch (error) {
      throw new HttpProblem(
        507,
        'workspace_not_writable',
        `The workspace ${workspace} can't be made: ${(error as Error).message}. Nothing was started; free space or mend the directory's rights, then try again`,
      )
    }
  }
}

/** The same operator and key give the same id, so that a repeated request finds the session of the first. */
function idOf(operator: string, key: string): string {
  const hash = createHash('sha256').update(`${operator}\0${key}`).digest('hex')
  return [
    hash.slice(0, 8),
    hash.slice(8, 12),
    `8${hash.slice(13, 16)}`,
    `a${hash.slice(17, 20)}`,
    hash.slice(20, 32),
  ].join('-')
}

function titleOf(reason: string): string {
  const [line = ''] = reason.split('\n')
  return line.length > TITLE_CHARACTERS ? `${line.slice(0, TITLE_CHARACTERS - 1).trimEnd()}…` : line
}

function writeCursor({ created_at, id }: { created_at: string; id: string }): string {
  return Buffer.from(JSON.stringify([created_at, id])).toString('base64url')
}

function readCursor(cursor: string): { created_at: string; id: string } {
  try {
    const [created_at, id] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[]
    if (typeof created_at === 'string' && typeof id === 'string') return { created_at, id }
  } catch {}
  throw invalidField('cursor', 'Take the cursor from "next_cursor" of the page before')
}
