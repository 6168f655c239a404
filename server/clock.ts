// Watches the clock of the host: where wall time and real time part, whoever reads the record has to know.
import type { BodyOf } from '../lib/events.ts'
import { formatDuration } from '../lib/format.ts'
import type { Recorder } from './recorder.ts'
import type { Tables } from './tables.ts'

/** NTP slews within this; a larger step is a jump: somebody set the clock, or the host slept. */
export const JUMP_MS = 2_000
const LOOK_MS = 1_000

/** Wall and monotonic milliseconds at one moment. */
export type Moment = { wall: number; monotonic: number }

/** How far the wall clock has jumped from one moment to a later one, in milliseconds; 0 when it has not. */
export function jumpBetween(before: Moment, now: Moment): number {
  const by = now.wall - before.wall - (now.monotonic - before.monotonic)
  return Math.abs(by) > JUMP_MS ? Math.round(by) : 0
}

/**
 * Looks at the clock each second.
 *
 * @param onJump told how many milliseconds the wall clock went forward, or back where it is negative
 * @returns what ends the watch
 */
export function watchClock(
  onJump: (byMs: number) => void,
  now: () => Moment = () => ({ wall: Date.now(), monotonic: performance.now() }),
  lookMs = LOOK_MS,
): () => void {
  let before = now()
  const timer = setInterval(() => {
    const moment = now()
    const byMs = jumpBetween(before, moment)
    before = moment
    if (byMs !== 0) onJump(byMs)
  }, lookMs)
  timer.unref()
  return () => clearInterval(timer)
}

/**
 * Tells each jump in the record of every session in which a turn runs.
 * @returns what ends the watch
 */
export function recordClockJumps(
  { turns }: Pick<Tables, 'turns'>,
  recorder: Recorder,
  onFailure: (error: unknown) => void,
): () => void {
  return watchClock((byMs) => {
    for (const { session_id: sessionId } of turns.running())
      recorder.record({ sessionId, turnId: null, events: [clockJumped(byMs)] }).catch(onFailure)
  })
}

function clockJumped(byMs: number): BodyOf<'control'> {
  const way = byMs < 0 ? 'back' : 'ahead'
  const reason = `The clock of this host jumped ${way} by ${formatDuration(Math.abs(byMs))}: times around this one do not tell how long things took, their order holds`
  return { kind: 'control', action: 'clock_jumped', operator: 'console', reason, by_ms: byMs }
}
