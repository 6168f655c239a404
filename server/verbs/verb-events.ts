// A run of a verb as events of the record.
import type { BodyOf, VerbOutcome } from '../../lib/events.ts'
import type { CommandEnd } from './run-command.ts'
import { asks } from './runbooks.ts'
import type { FilledVerb } from './verb-request.ts'

export type VerbEvent = BodyOf<'verb'>

type Told = FilledVerb & {
  id: string
  operator: string
  state: 'evidence' | 'awaiting' | 'running'
  endedBy: { operator: string; reason?: string } | null
}

/** What every event of a run carries. */
export function named({
  verb,
  id,
  operator,
}: Told): Pick<VerbEvent, 'kind' | 'name' | 'run_id' | 'operator'> {
  return { kind: 'verb', name: verb.name, run_id: id, operator }
}

/** The event before a process is started, or before the operator is asked. */
export function opening(run: Told): VerbEvent {
  const { verb, argv, evidence, state } = run
  const told = {
    ...named(run),
    title: verb.title,
    axis: verb.axis,
    timeout_seconds: verb.timeout_seconds,
    ...(verb.host ? { host: verb.host } : {}),
  }
  if (state === 'running') return { ...told, phase: 'started', argv }
  const asked = { confirm: asks(verb) ?? '', intends: argv }
  if (state === 'awaiting' || evidence === null) return { ...told, ...asked, phase: 'awaiting' }
  return { ...told, ...asked, phase: 'evidence', argv: evidence }
}

/** How a command ended, in figures. */
export function measured({ exitCode, durationMs }: CommandEnd): Pick<VerbEvent, 'exit_code' | 'duration_ms'> {
  return { exit_code: exitCode, duration_ms: durationMs }
}

/** How a run ended, and why where its exit code does not say it. */
export function ending(run: Told, how: CommandEnd): Pick<VerbEvent, 'outcome' | 'reason'> {
  const outcome = outcomeOf(run, how)
  const reason =
    how.notStarted ??
    run.endedBy?.reason ??
    (how.ended === 'timeout'
      ? `It ran longer than ${run.verb.timeout_seconds} s`
      : how.signal && !how.ended
        ? `It was ended by signal ${how.signal}`
        : undefined)
  return { outcome, ...(reason ? { reason } : {}) }
}

function outcomeOf(run: Told, { notStarted, ended, exitCode }: CommandEnd): VerbOutcome {
  if (notStarted) return 'not_started'
  if (ended === 'timeout') return 'timeout'
  if (ended === 'stopped') return run.endedBy?.operator === 'console' ? 'interrupted' : 'stopped'
  return exitCode === 0 ? 'success' : 'failed'
}
