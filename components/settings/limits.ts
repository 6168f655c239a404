import { formatPlural } from '../../lib/format.ts'

/** What holds every turn, as the configuration says. */
export type Limits = {
  turn_minutes: number
  silence_seconds: number
  stall_seconds: number
  tool_minutes: number
  concurrent_turns: number
  time_box_warning_minutes: number
  time_box_grace_minutes: number
}

/** The limits in words, each with its name. */
export function describeLimits(limits: Limits): { name: string; value: string }[] {
  return [
    { name: 'One turn', value: `at most ${minutes(limits.turn_minutes)}` },
    { name: 'Silence', value: `${minutes(limits.silence_seconds / 60)} without output stop a turn` },
    { name: 'Standstill', value: `the record says so after ${minutes(limits.stall_seconds / 60)}` },
    { name: 'One command', value: `at most ${minutes(limits.tool_minutes)}` },
    {
      name: 'Time box',
      value: `warns ${minutes(limits.time_box_warning_minutes)} before its end; a turn that still runs gets ${minutes(limits.time_box_grace_minutes)} more`,
    },
    { name: 'At once', value: `at most ${formatPlural(limits.concurrent_turns, 'turn')} over all sessions` },
  ]
}

function minutes(n: number): string {
  if (n < 1) return `${Math.round(n * 60)} s`
  return n >= 120 ? `${Number((n / 60).toFixed(1))} h` : `${Number(n.toFixed(1))} min`
}
