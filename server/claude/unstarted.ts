// How turns end for which the CLI did nothing: it can't be started, or a stop came first.
import type { Batch, StopReason, TurnRequest } from '../drivers/driver.ts'

/** The end of a turn whose CLI can't be started. */
export function cannotStart(error: unknown): Batch {
  const reason = error instanceof Error ? error.message : String(error)
  return {
    events: [{ kind: 'error', error: reason, code: 'cli_not_started', fatal: true }],
    questions: [],
    withdrawn: [],
    offsets: null,
  }
}

/**
 * The end of a turn that is stopped while no process works on it.
 * @param what goes behind "before", and does not happen any more
 */
export function stoppedBefore(request: TurnRequest, what = 'the prompt was sent'): Batch {
  const { outcome, by, reason } = request.stop.reason as StopReason
  return {
    events: [
      { kind: 'control', action: 'stopped', operator: by, ...(reason ? { reason } : {}), survivors: [] },
      {
        kind: 'result',
        outcome,
        is_error: true,
        result: `Stopped by ${by} before ${what}`,
        duration_ms: Math.max(0, Date.now() - request.startedAtMs),
        num_turns: 0,
        total_cost_usd: null,
        usage: null,
      },
    ],
    questions: [],
    withdrawn: [],
    offsets: null,
  }
}
