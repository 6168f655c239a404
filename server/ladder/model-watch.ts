// Judges from a turn's events whether its model still answers. No I/O and no clock of its own.
import { assertNever } from '../../lib/assert-never.ts'
import type { EventBody, ModelFailure } from '../../lib/events.ts'
import { failureOfStatus } from '../claude/model-failure.ts'

/** So many failed tries, about 8 s with the CLI's pauses, are worth an offer before patience is at its end. */
const TRIES = 4

export type Trouble = {
  failure: ModelFailure | 'silent'
  /** In words for the operator, to stand behind the provider's name. */
  why: string
  /** Whether it has lasted as long as the configuration has patience. */
  lasting: boolean
}

export type ModelWatch = {
  /** A turn that is taken up again has opened before. @param calls that run or wait for an answer */
  resume(calls: readonly string[], atMs: number): void
  /** @param atMs milliseconds on any clock that does not jump */
  take(event: EventBody, atMs: number): void
  /** What is wrong with the model now, or null. While a call runs or waits for an answer it is not the model's turn. */
  trouble(atMs: number): Trouble | null
}

/** @param patienceMs how long a model may send nothing, or fail */
export function createModelWatch(patienceMs: number): ModelWatch {
  const openCalls = new Set<string>()
  let quietSince: number | null = null
  let failing: { since: number; tries: number; failure: ModelFailure } | null = null

  return {
    resume(calls, atMs) {
      for (const id of calls) openCalls.add(id)
      quietSince = atMs
    },
    take(event, atMs) {
      if (event.kind === 'control') {
        if (event.action !== 'retrying') return
        const status = typeof event.error_status === 'number' ? event.error_status : 0
        const failure = failureOfStatus(status) ?? 'unreachable'
        failing = { since: failing?.since ?? atMs, tries: (failing?.tries ?? 0) + 1, failure }
        return
      }
      if (event.kind === 'tool' && event.phase === 'call') openCalls.add(event.tool_use_id)
      if (event.kind === 'tool' && event.phase === 'output') openCalls.delete(event.tool_use_id)
      failing = null
      quietSince = atMs
    },
    trouble(atMs) {
      if (quietSince === null || openCalls.size > 0) return null
      if (failing) {
        const lasting = atMs - failing.since >= patienceMs
        if (!lasting && failing.tries < TRIES) return null
        const { failure, tries } = failing
        return {
          failure,
          why: `${describeFailure(failure)} (${tries} ${tries === 1 ? 'try' : 'tries'})`,
          lasting,
        }
      }
      if (atMs - quietSince < patienceMs) return null
      const seconds = Math.round(patienceMs / 1000)
      return { failure: 'silent', why: `has sent nothing for ${seconds} s`, lasting: true }
    },
  }
}

/** How a model failed, in words to stand behind its provider's name. */
export function describeFailure(failure: ModelFailure): string {
  switch (failure) {
    case 'unreachable':
      return 'does not answer'
    case 'overloaded':
      return 'is overloaded'
    case 'failing':
      return 'fails with an error of its own'
    case 'rate_limited':
      return 'takes no more requests for now'
    case 'credentials':
      return 'refuses the credentials'
    default:
      return assertNever(failure)
  }
}
