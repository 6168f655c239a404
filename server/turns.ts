// Turns of all sessions: started, queued, stopped, and taken up again after a restart.
import { randomUUID } from 'node:crypto'
import { isUniqueViolation } from '../db/database.ts'
import type { SessionTotals } from '../db/sessions.ts'
import type { TurnRow } from '../db/turns.ts'
import type { TurnView } from '../lib/api.ts'
import { adoptionOf, closeUnstarted, tellAdopted } from './adopt-turn.ts'
import type { Driver, StopReason } from './drivers/driver.ts'
import type { TurnLimits } from './limits.ts'
import type { MovingEnds } from './moving-ends.ts'
import { createQueuedPrompts } from './queued-prompts.ts'
import type { TurnSurroundings } from './run-turn.ts'
import { createRunningTurns, type DirectoriesOf } from './running-turns.ts'
import type { LaunchOf } from './session-launch.ts'
import { isOver, viewTurn } from './session-view.ts'
import {
  findSession,
  inProgress,
  nothingToStop,
  notQueued,
  openSession,
  queuedTurn,
  refuseWhenUsedUp,
  repetition,
  stopping,
} from './turn-refusals.ts'

export type Turns = ReturnType<typeof createTurns>

/** `state` is `queued` also where all places for running turns are taken. */
export type StartedTurn = { turn_id: string; state: TurnRow['state'] }

/**
 * @param options.may each throws an HttpProblem: `accept` while no prompt is taken at all, not even into a queue; `start`
 *   when no process may be started now, e.g. for want of disk space
 * @param options.onEnd called after each turn, when nothing of it runs any more
 * @param options.onFailure told what went wrong beside a turn: the turn itself has ended, or is ended by the next console
 */
export function createTurns(options: {
  surroundings: TurnSurroundings
  launchOf: LaunchOf
  directoriesOf: DirectoriesOf
  limits: TurnLimits
  ends: Pick<MovingEnds, 'now'>
  may: { accept(): void; start(): void }
  onEnd: (sessionId: string) => Promise<void>
  onFailure: (error: unknown) => void
}) {
  const { surroundings, launchOf, limits, ends, may, onEnd, onFailure } = options
  const { tables, recorder, driver, gate } = surroundings
  const { sessions, turns } = tables
  const running = createRunningTurns({ ...options, onEnded: ({ session_id }) => ended(session_id) })
  /** Sessions in which a queued prompt is about to be sent out of turn. */
  const jumping = new Set<string>()
  const queued = createQueuedPrompts(surroundings)
  let closing = false

  return {
    /**
     * Starts a turn, or queues it behind the one that runs.
     *
     * @param key of an earlier request that this may repeat; `follow` runs what was begun at a TUI's keyboard
     * @throws HttpProblem 409 `turn_in_progress` naming it, `session_closed`, `time_box_over`, `budget_spent`; 422 `idempotency_key_reused`; 503 while stopping
     */
    start(
      sessionId: string,
      operator: string,
      prompt: string,
      { queue = false, key = null as string | null, follow = driver.run } = {},
    ): StartedTurn {
      const session = openSession(tables, sessionId)
      const repeated = key === null ? null : turns.byIdempotencyKey(sessionId, key)
      if (repeated) return repetition(repeated, prompt)
      refuseWhileStopping()
      refuseWhenUsedUp(tables, session)

      const current = turns.runningOf(sessionId)
      if (current && !queue) throw inProgress(current)
      const waits = current !== null || (queue && session.queued > 0)
      if (!waits) may.start()
      const starts = !waits && (follow !== driver.run || running.count() < limits.concurrent)
      try {
        return insert(session, operator, prompt, key, { waits, starts, follow })
      } catch (error) {
        if (!isUniqueViolation(error)) throw error
        const earlier = key === null ? null : turns.byIdempotencyKey(sessionId, key)
        if (earlier) return repetition(earlier, prompt)
        throw inProgress(turns.runningOf(sessionId))
      }
    },

    /**
     * Asks the running turn to stop; its terminal event follows.
     * @returns the turn
     * @throws HttpProblem 404 `no_turn_running`
     */
    async stop(sessionId: string, operator: string): Promise<TurnView> {
      findSession(tables, sessionId)
      const turn = turns.runningOf(sessionId)
      if (!turn) throw nothingToStop()
      const reason: StopReason = { outcome: 'interrupted', by: operator }
      // First the stop, then its record: a full disk must not keep anything running.
      running.stop(turn.id, reason)
      if (turn.stop_requested_by === null) {
        const also = () => {
          if (!turns.requestStop(turn.id, operator)) throw new Error('The turn has ended meanwhile')
        }
        const events = [{ kind: 'control' as const, action: 'stop_requested', operator }]
        recorder.record({ sessionId, turnId: turn.id, events, also }).catch(() => undefined)
      }
      return viewTurn(turn)
    },

    /**
     * Starts a queued prompt now: the turn that runs is stopped for it.
     * @throws HttpProblem 404 `not_queued`; 409 `turn_in_progress` when somebody else was quicker, `time_box_over`, `budget_spent`
     */
    async sendNow(sessionId: string, turnId: string, operator: string): Promise<StartedTurn> {
      queuedTurn(tables, sessionId, turnId)
      refuseWhileStopping()
      refuseWhenUsedUp(tables, findSession(tables, sessionId))
      const current = turns.runningOf(sessionId)
      if (current) {
        if (jumping.has(sessionId)) throw inProgress(current)
        jumping.add(sessionId)
        try {
          await this.stop(sessionId, operator)
          await running.over(current.id)
        } finally {
          jumping.delete(sessionId)
        }
      }
      refuseWhileStopping()
      may.start()
      const next = turns.runningOf(sessionId)
      if (next) throw inProgress(next)
      launch(queuedTurn(tables, sessionId, turnId))
      return { turn_id: turnId, state: 'running' }
    },

    ...queued,

    /** At boot: takes up what an earlier console left running. @returns the processes that are in use */
    adoptAll(): Set<string> {
      const kept = new Set<string>()
      for (const turn of turns.running()) {
        const adoption = adoptionOf(turn, tables, gate)
        if (adoption === null) {
          closeUnstarted(turn, recorder, tables)
          continue
        }
        kept.add(adoption.process.id)
        tellAdopted(turn, recorder)
        running.run(turn, adoption)
      }
      return kept
    },

    /** Stops every turn; each says why when it ends. */
    stopAll(reason: string, by = 'console') {
      running.stopAll({ outcome: 'interrupted', by, reason })
    },
    /** The same for those that fit. */
    stopWhere(fits: (turn: TurnRow) => boolean, reason: StopReason) {
      for (const { id } of turns.running().filter(fits)) running.stop(id, reason)
    },

    /** Starts queued turns for which there is a place. */
    startWaiting,
    runningCount: running.count,
    over: running.over,
    /** No further turn starts. Running ones go on without the console and are taken up again by the next. */
    async close() {
      closing = true
      running.detachAll()
      recorder.close()
      await running.allOver()
    },
  }

  function insert(
    session: SessionTotals,
    operator: string,
    prompt: string,
    key: string | null,
    { waits, starts, follow }: { waits: boolean; starts: boolean; follow: Driver['run'] },
  ): StartedTurn {
    const turn = { id: randomUUID(), session_id: session.id, operator, prompt, idempotency_key: key }
    const now = new Date().toISOString()
    const times = starts
      ? { state: 'running' as const, ...startTimes() }
      : { state: 'queued' as const, started_at: null, deadline_at: null }
    recorder.recordNow({
      sessionId: session.id,
      turnId: turn.id,
      events: starts ? [{ kind: 'prompt', operator, text: prompt }] : [],
      also() {
        turns.insert({ ...turn, ...times, created_at: now })
        // A prompt that was given to run now lets what is held go on behind it.
        if (!waits) sessions.setHeld(session.id, false)
      },
    })
    if (starts) runInserted(turn.id, follow)
    else queued.tellQueueChanged(session.id)
    return { turn_id: turn.id, state: times.state }
  }

  /** Makes a queued turn the running one. */
  function launch(turn: TurnRow) {
    const { id, session_id: sessionId, operator, prompt } = turn
    const times = startTimes()
    recorder.recordNow({
      sessionId,
      turnId: id,
      events: [{ kind: 'prompt', operator, text: prompt }],
      also() {
        if (!turns.start({ id, ...times })) throw notQueued()
        sessions.setHeld(sessionId, false)
      },
    })
    runInserted(id)
  }

  function runInserted(turnId: string, follow = driver.run) {
    const turn = turns.byId(turnId)
    if (turn) running.run(turn, null, follow)
  }

  async function ended(sessionId: string) {
    if (closing) return
    const session = sessions.byId(sessionId)
    if (!session) return
    if (jumping.has(sessionId)) sessions.setHeld(sessionId, true)
    else if (session.held === 1) queued.tellHeld(session).catch(onFailure)
    await onEnd(sessionId).catch(onFailure)
    startWaiting()
    const now = sessions.byId(sessionId)
    if (closing || now?.closed_at !== null || now.running > 0) return
    if (isOver(now)) await driver.release(sessionId).catch(onFailure)
    else driver.prepare(sessionId, (resume) => launchOf(now, resume), turns.countEnded(sessionId))
  }

  function startWaiting() {
    while (!closing && running.count() < limits.concurrent) {
      const turn = turns.startable(new Date().toISOString())
      if (!turn) return
      try {
        may.start()
        launch(turn)
      } catch {
        return // the next end of a turn, or the operator, tries again
      }
    }
  }

  function startTimes() {
    const now = ends.now()
    return {
      started_at: new Date(now).toISOString(),
      deadline_at: new Date(now + limits.turnMs).toISOString(),
    }
  }

  function refuseWhileStopping() {
    if (closing) throw stopping()
    may.accept()
  }
}
