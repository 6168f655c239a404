// The configuration's limits in the units and words of those who keep them.
import type { SessionDetail } from '../lib/api.ts'
import type { Budget } from '../lib/budget-api.ts'
import type { Config } from './config.ts'

/** In milliseconds, and how many turns run at a time. */
export type TurnLimits = { turnMs: number; silenceMs: number; stallMs: number; concurrent: number }

export function turnLimits(limits: Config['limits']): TurnLimits {
  return {
    turnMs: limits.turn_minutes * 60_000,
    silenceMs: limits.silence_seconds * 1000,
    stallMs: limits.stall_seconds * 1000,
    concurrent: limits.concurrent_turns,
  }
}

/** What a session's page is told. */
export type SessionLimits = Pick<
  SessionDetail,
  'silence_limit_seconds' | 'time_box' | 'stall_seconds' | 'tool_limit_seconds' | 'containment'
>

export function sessionLimits(limits: Config['limits']): Omit<SessionLimits, 'containment'> {
  return {
    silence_limit_seconds: limits.silence_seconds,
    stall_seconds: limits.stall_seconds,
    tool_limit_seconds: limits.tool_minutes * 60,
    time_box: {
      warning_minutes: limits.time_box_warning_minutes,
      grace_minutes: limits.time_box_grace_minutes,
    },
  }
}

/** The budget of a session that is opened without one of its own. */
export function sessionBudget(limits: Config['limits']): Budget {
  const { session_turns: turns, session_usd: usd, session_minutes_running: minutes } = limits
  return { turns, usd, minutes }
}
