// Verbs: commands of the operator's own, run without a model, confirmed on evidence, told in the record.
import type { OperatorView } from '../../lib/api.ts'
import type { Runbooks, RunVerb, StartedVerb } from '../../lib/verbs-api.ts'
import type { Survivor } from '../claude/process-tree.ts'
import type { Tables } from '../tables.ts'
import { openSession, refuseWhenOver, stopping } from '../turn-refusals.ts'
import { asks, createRunbooks, type RunbookConfig } from './runbooks.ts'
import {
  evidenceRunning,
  type FilledVerb,
  fillVerb,
  mustHaveRole,
  noSuchRun,
  notAwaiting,
  repetition,
  tooManyVerbs,
} from './verb-request.ts'
import { createVerbRuns, type Keep, type Run, type VerbRunsOptions } from './verb-runs.ts'

/** Verbs that run or wait to be confirmed. */
const LIMITS = { session: 6, all: 24 } as const

export type Verbs = ReturnType<typeof createVerbs>

/**
 * @param options.root of the project
 * @param options.refuse throws an HttpProblem while nothing may be started
 */
export function createVerbs(
  options: Omit<VerbRunsOptions, 'table'> & {
    root: string
    config: RunbookConfig
    tables: Tables
    refuse: () => void
  },
) {
  const { root, config, inherited, tables, refuse } = options
  const runbooks = createRunbooks(root, config, inherited.PATH ?? '')
  const runs = createVerbRuns({ ...options, table: tables.verbRuns })
  let closing = false

  return {
    /** All verbs and presets, as a role sees them. */
    runbooks: ({ role }: Pick<OperatorView, 'role'>): Runbooks => runbooks.list(role),

    /**
     * Runs a verb, or what it looks at first, or what was looked at and is confirmed now.
     *
     * @param key of an earlier request that this may repeat
     * @throws HttpProblem what {@link fillVerb} throws; 404 `no_such_session`; 409 `session_closed`, `time_box_over`, `too_many_verbs`,
     *   `not_awaiting_confirmation`, `evidence_running`; 422 `idempotency_key_reused`; 503 `stopping`
     */
    run(sessionId: string, who: OperatorView, asked: RunVerb, key: string | null): StartedVerb {
      const { workspace } = openSession(tables, sessionId)
      const request = repeatable(sessionId, key, asked)
      if (request.earlier) return request.earlier
      mayStart(sessionId)
      const filled = fillVerb(runbooks, who, asked)
      const needsAnswer = asks(filled.verb) !== null
      const waiting = asked.confirmed && needsAnswer ? findWaiting(sessionId, filled) : null
      if (waiting) return confirm(waiting, who, request.keep)
      // What was meant as a confirmation of facts must not start without them.
      if (asked.confirmed && filled.evidence) throw notAwaiting()

      mustFindPlace(sessionId)
      const state = filled.evidence ? 'evidence' : needsAnswer && !asked.confirmed ? 'awaiting' : 'running'
      const given = { sessionId, workspace, operator: who.name, state } as const
      const { id } = runs.begin(filled, given, request.keep)
      return { verb_run_id: id, state: state === 'running' ? 'running' : 'awaiting_confirmation' }
    },

    /**
     * Confirms a run that waits for it.
     * @param key of an earlier request that this may repeat
     * @throws HttpProblem 403 `role_too_low`; 409 `session_closed`, `not_awaiting_confirmation`, `evidence_running`; 422 `idempotency_key_reused`
     */
    confirm(sessionId: string, runId: string, who: OperatorView, key: string | null): StartedVerb {
      const request = repeatable(sessionId, key, { run_id: runId })
      if (request.earlier) return request.earlier
      mayStart(sessionId)
      const run = runs.byId(runId)
      if (run?.sessionId !== sessionId || run.state === 'running') throw notAwaiting()
      if (run.state === 'evidence') throw evidenceRunning()
      return confirm(run, who, request.keep)
    },

    /**
     * Ends a run: its process with all that it started, or the wait for its confirmation.
     * @throws HttpProblem 404 `no_such_verb_run`
     */
    stop(sessionId: string, runId: string, operator: string): void {
      const run = runs.byId(runId)
      if (run?.sessionId !== sessionId) throw noSuchRun()
      runs.end(run, { operator })
    },

    /** Ends every run of a session. Never throws. */
    endOf: (sessionId: string, operator: string, reason: string): Promise<void> =>
      runs.endThese(ofSession(sessionId), operator, reason),

    /** Ends every run that an operator has asked for or confirmed. Never throws. */
    endBy: (name: string, reason: string): Promise<void> =>
      runs.endThese(
        runs.all().filter(({ operator }) => operator === name),
        'console',
        reason,
      ),

    /** The sessions in which a verb looks, runs or waits, and how many look or run. */
    busy: () => ({
      sessions: [...new Set(runs.all().map((run) => run.sessionId))],
      processes: runs.all().filter((run) => run.state !== 'awaiting').length,
    }),

    /** Ends every run without a grace. Never throws. @returns what survived */
    endAll: (operator: string, reason: string): Promise<Survivor[]> =>
      runs.kill(runs.all(), operator, reason),

    sweep: runs.sweep,

    /** Starts nothing more and ends all. Never throws. */
    async close(): Promise<void> {
      closing = true
      await runs.endThese(runs.all(), 'console', 'The console was stopped')
    },
  }

  function mayStart(sessionId: string) {
    const session = openSession(tables, sessionId)
    refuseWhenOver(session)
    if (closing) throw stopping()
    refuse()
    return session
  }

  /** What the same request has led to before; else what remembers this one. */
  function repeatable(
    sessionId: string,
    key: string | null,
    request: object,
  ): { earlier: StartedVerb | null; keep: Keep } {
    if (key === null) return { earlier: null, keep() {} }
    const asked = JSON.stringify(request)
    const earlier = tables.verbRuns.byKey(sessionId, key)
    const keep = (run_id: string) => tables.verbRuns.keep({ session_id: sessionId, key, run_id, asked })
    return { earlier: earlier && repetition(earlier, asked), keep }
  }

  function confirm(run: Run, who: OperatorView, keep: Keep): StartedVerb {
    mustHaveRole(who, run.verb)
    runs.confirm(run, who.name, keep)
    return { verb_run_id: run.id, state: 'running' }
  }

  function ofSession(sessionId: string): Run[] {
    return runs.all().filter((run) => run.sessionId === sessionId)
  }

  function mustFindPlace(sessionId: string) {
    const inSession = ofSession(sessionId).length
    const inAll = runs.all().length
    if (inSession >= LIMITS.session || inAll >= LIMITS.all) throw tooManyVerbs(inSession, inAll, LIMITS)
  }

  function findWaiting(sessionId: string, { verb, argv, evidence }: FilledVerb): Run | null {
    const wanted = JSON.stringify([verb.name, argv, evidence])
    const found = ofSession(sessionId).findLast(
      (run) => run.state !== 'running' && JSON.stringify([run.verb.name, run.argv, run.evidence]) === wanted,
    )
    if (found?.state === 'evidence') throw evidenceRunning()
    return found ?? null
  }
}
