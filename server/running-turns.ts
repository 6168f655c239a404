// The turns that run now: each with its stop, its letting go, and its end.
import { setTimeout as sleep } from 'node:timers/promises'
import type { TurnRow } from '../db/turns.ts'
import type { AdoptedTurn, Driver, StopReason } from './drivers/driver.ts'
import type { TurnLimits } from './limits.ts'
import { asText, withNoteOfUnfinished } from './prompt-text.ts'
import { runTurn, type TurnSurroundings } from './run-turn.ts'
import type { LaunchOf } from './session-launch.ts'
import { findSession } from './turn-refusals.ts'

/** At a shutdown: how long turns that are just being stopped are waited for. */
const CLOSE_MS = 2_000

/** Where a session's commands keep what they make. */
export type DirectoriesOf = (sessionId: string) => { temporaryDirectory: string; outputsDirectory: string }

/**
 * @param options.onEnded called when nothing of a turn runs any more
 * @param options.onFailure told what went wrong beside a turn
 */
export function createRunningTurns(options: {
  surroundings: TurnSurroundings
  launchOf: LaunchOf
  directoriesOf: DirectoriesOf
  limits: TurnLimits
  onEnded: (turn: TurnRow) => Promise<void>
  onFailure: (error: unknown) => void
}) {
  const { surroundings, launchOf, directoriesOf, limits, onEnded, onFailure } = options
  const { tables, driver } = surroundings
  const running = new Map<string, { stop: AbortController; detach: AbortController; done: Promise<void> }>()

  return {
    /**
     * Runs a turn whose row stands.
     *
     * @param adopted what an earlier console has left of it
     * @param follow in place of the driver's own way, for a turn that was begun elsewhere
     */
    run(turn: TurnRow, adopted: AdoptedTurn | null = null, follow: Driver['run'] = driver.run) {
      const { id, session_id: sessionId } = turn
      const session = findSession(tables, sessionId)
      const stop = new AbortController()
      const detach = new AbortController()
      if (turn.stop_requested_by !== null)
        stop.abort({ outcome: 'interrupted', by: turn.stop_requested_by } satisfies StopReason)
      const plan = {
        turn,
        prompt: asText(withNoteOfUnfinished(turn.prompt, tables, sessionId)),
        adopted,
        launch: (resume?: boolean) => launchOf(session, resume),
        ...directoriesOf(sessionId),
        earlierTurns: tables.turns.countEnded(sessionId),
        // Not more than a whole turn, also where the clock was set back meanwhile.
        timeLeftMs: Math.min(limits.turnMs, Date.parse(turn.deadline_at ?? '') - Date.now()),
        silenceLimitMs: limits.silenceMs,
        stallMs: limits.stallMs,
        stop: stop.signal,
        detach: detach.signal,
      }
      const done = runTurn(plan, { ...surroundings, driver: { ...driver, run: follow } })
        .then(() => {
          running.delete(id)
          return onEnded(turn)
        })
        .catch(onFailure)
      running.set(id, { stop, detach, done })
    },

    /** Asks a turn to stop; it says why when it ends. Nothing where it does not run. */
    stop(turnId: string, reason: StopReason) {
      running.get(turnId)?.stop.abort(reason)
    },
    stopAll(reason: StopReason) {
      for (const { stop } of running.values()) stop.abort(reason)
    },
    count: () => running.size,
    /** Resolves when nothing of a turn runs any more. */
    over: async (turnId: string) => running.get(turnId)?.done,

    detachAll() {
      for (const { detach } of running.values()) detach.abort()
    },
    /** Resolves when all are over, or after a short while. */
    async allOver() {
      await Promise.race([Promise.all([...running.values()].map(({ done }) => done)), sleep(CLOSE_MS)])
    },
  }
}
