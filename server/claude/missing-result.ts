// The terminal event of a turn whose CLI ended without giving one.
import type { BodyOf } from '../../lib/events.ts'
import type { StopReason, TurnRequest } from '../drivers/driver.ts'
import type { ClaudeProcess, Exit } from './process.ts'

/** Says how the turn ended, never `success`: the CLI did not say so. */
export function resultWithout(
  claude: ClaudeProcess,
  stop: StopReason | null,
  request: TurnRequest,
): BodyOf<'result'> {
  const stderr = claude.stderrTail()
  const { code, signal } = claude.exit ?? { code: null, signal: null }
  const explanation =
    stop?.reason ?? `The CLI ${howItEnded(claude.exit)} without a result${stderr ? `: ${stderr}` : ''}`
  return {
    kind: 'result',
    outcome: stop?.outcome ?? (code === 0 || (code === null && signal === null) ? 'incomplete' : 'error'),
    is_error: true,
    result: stop ? (stop.reason ?? `Stopped by ${stop.by}`) : explanation,
    duration_ms: Math.max(0, Date.now() - request.startedAtMs),
    num_turns: 0,
    total_cost_usd: null,
    usage: null,
    exit_code: code,
    ...(stderr ? { stderr } : {}),
  }
}

/** What goes behind "The CLI". */
export function howItEnded(exit: Exit | null): string {
  const { code, signal } = exit ?? { code: null, signal: null }
  return signal ? `was ended by ${signal}` : code === null ? 'has ended' : `exited with ${code}`
}
