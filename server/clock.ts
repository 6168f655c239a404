// Watches the clock of the host: where wall time and real time part, whoever reads the record has to know.
import type { BodyOf } from '../lib/events.ts'
import { formatDuration } from '../lib/format.ts'
import { JUMP_MS, type MovingEnds } from './moving-ends.ts'
import type { Recorder } from './recorder.ts'
import type { Tables } from './tables.ts'

const LOOK_MS = 1_000
/** After every end of a time box. */
const NEVER = '9999'

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
 * Tells each jump in the record of every session in which a turn runs, or whose time box has moved with it.
 * @returns what ends the watch
 */
export function recordClockJumps(
  { turns, sessions }: Pick<Tables, 'turns' | 'sessions'>,
  recorder: Recorder,
  ends: Pick<MovingEnds, 'takeMoved'>,
  onFailure: (error: unknown) => void,
): () => void {
  return watchClock((byMs) => {
    const moved = ends.takeMoved() !== 0
    const running = turns.running().map(({ session_id }) => session_id)
    const boxed = moved ? sessions.endingBefore(NEVER).map(({ id }) => id) : []
    for (const sessionId of new Set([...running, ...boxed]))
      recorder.record({ sessionId, turnId: null, events: [clockJumped(byMs, moved)] }).catch(onFailure)
  })
}

function clockJumped(byMs: number, moved: boolean): BodyOf<'control'> {
  const way = byMs < 0 ? 'back' : 'ahead'
  const reason = `The clock of this host jumped ${way} by ${formatDuration(Math.abs(byMs))}: times around this one do not tell how long things took, their order holds${moved ? '. The ends of time boxes, questions and turns have moved with it' : ''}`
  return { kind: 'control', action: 'clock_jumped', operator: 'console', reason, by_ms: byMs }
}
