'use client'
import type { SessionDetail } from '../../lib/api.ts'
import type { RecordFacts } from '../../lib/block-types.ts'
import { formatClock } from '../../lib/format.ts'
import { useServerNow } from '../transcript/clock.tsx'

/** Waiting is worth a word only after this long. */
const QUIET_FROM_MS = 20_000
/** What the CLI gives a command that asks for no more, in milliseconds. */
const COMMAND_MS = 120_000

type Said = { short: string; long: string; grave: boolean }

/** What a running turn waits for, once that takes long: a slow tool and a silent model are told apart. */
export function useWaitingFor(
  { waiting_for }: Pick<RecordFacts, 'waiting_for'>,
  limits: Pick<SessionDetail, 'silence_limit_seconds' | 'stall_seconds' | 'tool_limit_seconds'>,
): Said | null {
  const now = useServerNow()
  if (waiting_for === null || now === null) return null
  const forMs = now - Date.parse(waiting_for.since)
  if (forMs < QUIET_FROM_MS) return null
  const clock = formatClock(forMs)
  if (waiting_for.what === 'model') {
    const end = formatClock(limits.silence_limit_seconds * 1000)
    return {
      short: `model silent ${clock}`,
      long: `No word from the model for ${clock}; the turn is stopped at ${end}`,
      grave: forMs >= limits.stall_seconds * 1000,
    }
  }
  const limitMs = Math.min(waiting_for.timeout_ms ?? COMMAND_MS, limits.tool_limit_seconds * 1000)
  const limit = formatClock(limitMs)
  return {
    short: `tool ${clock} of ${limit}`,
    long: `Waiting for the tool ${waiting_for.label} since ${clock} (its limit ${limit})`,
    grave: forMs > limitMs * 0.75,
  }
}
