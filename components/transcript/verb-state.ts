import { assertNever } from '../../lib/assert-never.ts'
import type { VerbBlock } from '../../lib/block-types.ts'
import type { Severity } from '../ui/severity.tsx'

/** How a run of a verb stands: the word, what it looks like, and whether it is worth the room. */
export function describeVerbState(verb: VerbBlock): { severity: Severity; word: string; open: boolean } {
  const exit = verb.result?.exit_code ?? null
  switch (verb.state) {
    case 'looking':
      return { severity: 'running', word: 'Looking first', open: true }
    case 'awaiting':
      return { severity: 'warn', word: 'Waits to be confirmed', open: true }
    case 'running':
      return { severity: 'running', word: 'Running', open: true }
    case 'success':
      return { severity: 'ok', word: 'Succeeded', open: true }
    case 'failed':
      return { severity: 'error', word: exit === null ? 'Failed' : `Failed (${exit})`, open: true }
    case 'timeout':
      return { severity: 'error', word: 'Timed out', open: true }
    case 'stopped':
      return { severity: 'warn', word: 'Stopped', open: true }
    case 'interrupted':
      return { severity: 'warn', word: 'Interrupted', open: true }
    case 'not_started':
      return { severity: 'error', word: 'Not started', open: true }
    case 'cancelled':
      return { severity: 'quiet', word: 'Cancelled', open: false }
    case 'expired':
      return { severity: 'quiet', word: 'Not confirmed', open: false }
    default:
      return assertNever(verb.state)
  }
}

/** A command as one line that could be pasted into a shell. */
export function commandLine(argv: readonly string[]): string {
  return argv
    .map((argument) =>
      /^[A-Za-z0-9_./:@%+=,{}-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`,
    )
    .join(' ')
}
