// How a turn is ended before its time: its clocks, then interrupt, TERM and KILL for the tree.
import type { EventBody } from '../../lib/events.ts'
import type { StopReason, TurnRequest } from '../drivers/driver.ts'
import type { ClaudeProcess } from './process.ts'
import type { Survivor } from './process-tree.ts'

/** How long the CLI may take to end a turn by itself once it was interrupted. */
const INTERRUPT_GRACE_MS = 5_000
/** A CLI that can start has answered `initialize` long before. */
const FIRST_WORD_MS = 60_000
/** How often a turn looks at its clocks. */
const CLOCK_MS = 500

export type TurnEnding = {
  /** The CLI or one of its tools has shown that it works. */
  sawLife(): void
  /** Why the turn is being stopped, or null. */
  reason(): StopReason | null
  /**
   * After a turn that was stopped: ends the process and all it started, or, where the process stays and has obeyed, what
   * the turn has started; and tells what survived.
   * @param hasObeyed the CLI has ended the turn because it was interrupted
   */
  finish(hasObeyed: boolean): Promise<EventBody[]>
  /** Whether the process was ended with the turn. */
  hasKilled(): boolean
  dispose(): void
}

/**
 * Watches over one turn. It has timers of its own: a turn whose record waits for space on the disk can be stopped as well.
 *
 * @param onInterrupt called just before the CLI is interrupted
 * @param endLeftovers for a process that stays when it obeys a stop: ends what the turn has left running beside it
 */
export function createTurnEnding(
  claude: ClaudeProcess,
  request: TurnRequest,
  onInterrupt: (outcome: StopReason['outcome']) => void,
  endLeftovers?: () => Promise<Survivor[]>,
): TurnEnding {
  const begun = performance.now()
  let lastLife = begun
  let limitMs = Math.min(FIRST_WORD_MS, request.silenceLimitMs)
  let reason: StopReason | null = null
  let grace: NodeJS.Timeout | undefined
  let killing: Promise<Survivor[]> | null = null
  const clock = setInterval(look, CLOCK_MS)
  const stop = () => begin(request.stop.reason as StopReason)
  request.stop.addEventListener('abort', stop)
  if (request.stop.aborted) stop()

  function look() {
    const now = performance.now()
    if (now - begun > request.timeLeftMs) {
      begin({ outcome: 'timeout', by: 'console', reason: 'The turn reached its deadline' })
    } else if (now - lastLife > limitMs) {
      // While a person thinks, silence means nothing; it counts anew from their answer.
      if (request.isWaiting()) lastLife = now
      else begin(silence(limitMs))
    }
  }

  function begin(why: StopReason) {
    if (reason) return
    reason = why
    clearInterval(clock)
    onInterrupt(why.outcome)
    const interrupt = {
      type: 'control_request',
      request_id: `stop-${request.turnId}`,
      request: { subtype: 'interrupt' },
    }
    void claude.send(interrupt).catch(() => undefined)
    grace = setTimeout(end, INTERRUPT_GRACE_MS)
  }

  function end(): Promise<Survivor[]> {
    clearTimeout(grace)
    killing ??= claude.end()
    return killing
  }

  return {
    sawLife() {
      lastLife = performance.now()
      limitMs = request.silenceLimitMs
    },
    reason: () => reason,
    async finish(hasObeyed) {
      if (!reason) return []
      const stays = hasObeyed && killing === null && claude.exit === null
      clearTimeout(grace)
      const survivors = stays && endLeftovers ? await endLeftovers() : await end()
      const { by, reason: why } = reason
      return [
        { kind: 'control', action: 'stopped', operator: by, ...(why ? { reason: why } : {}), survivors },
      ]
    },
    hasKilled: () => killing !== null,
    dispose() {
      clearInterval(clock)
      clearTimeout(grace)
      request.stop.removeEventListener('abort', stop)
    },
  }
}

function silence(limitMs: number): StopReason {
  const seconds = Math.round(limitMs / 1000)
  return { outcome: 'timeout', by: 'console', reason: `The CLI gave no sign of life for ${seconds} s` }
}
