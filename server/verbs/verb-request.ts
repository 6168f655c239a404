// What keeps a verb from being run, in words; and the command that a request asks for.

import type { VerbKeyRow } from '../../db/verb-runs.ts'
import type { OperatorView } from '../../lib/api.ts'
import { checkValue, fillArgv, valueFor } from '../../lib/blanks.ts'
import type { RunVerb, StartedVerb } from '../../lib/verbs-api.ts'
import { HttpProblem } from '../http/problem.ts'
import type { RunbookList } from './runbooks.ts'
import { blanksOf, type Verb } from './runbooks-config.ts'

/** A verb with its blanks filled. */
export type FilledVerb = { verb: Verb; argv: string[]; evidence: string[] | null }

/**
 * @throws HttpProblem 404 `no_such_verb`; 403 `role_too_low`; 409 `verb_unavailable`; 400 naming the blanks that are wrong
 */
export function fillVerb(
  runbooks: RunbookList,
  who: Pick<OperatorView, 'role'>,
  { name, blanks: given }: Pick<RunVerb, 'name' | 'blanks'>,
): FilledVerb {
  const verb = runbooks.verb(name)
  if (!verb) throw new HttpProblem(404, 'no_such_verb', `There is no verb "${name}": see GET /api/runbooks`)
  mustHaveRole(who, verb)
  const lacks = runbooks.missingFor(verb)
  if (lacks) throw new HttpProblem(409, 'verb_unavailable', `The verb "${name}" can't run here. ${lacks}`)
  const { argv, evidence = null } = verb
  const values = readBlanks(verb, given)
  return { verb, argv: fillArgv(argv, values), evidence: evidence && fillArgv(evidence, values) }
}

/** @throws HttpProblem 403 `role_too_low` */
export function mustHaveRole({ role }: Pick<OperatorView, 'role'>, verb: Verb): void {
  if (role === 'admin' || role === verb.role) return
  const detail = `The verb "${verb.name}" needs the role "${verb.role}", and you have "${role}": ask an admin`
  throw new HttpProblem(403, 'role_too_low', detail, { needed: verb.role, role })
}

function readBlanks({ argv, evidence, blanks }: Verb, given: Record<string, string>): Record<string, string> {
  const declared = blanksOf([...argv, ...(evidence ?? [])], blanks)
  const wrong: Record<string, string> = {}
  for (const key of Object.keys(given)) {
    if (!declared.some(({ name }) => name === key)) wrong[key] = `There is no blank "${key}" in this verb`
  }
  const values: Record<string, string> = {}
  for (const blank of declared) {
    const value = valueFor(blank, given)
    const problem = checkValue(blank, value, argv) ?? (evidence ? checkValue(blank, value, evidence) : null)
    if (problem) wrong[blank.name] = problem
    values[blank.name] = value
  }
  const [first] = Object.entries(wrong)
  if (first) throw new HttpProblem(400, 'invalid_input', `${first[0]}: ${first[1]}`, { fields: wrong })
  return values
}

export function tooManyVerbs(inSession: number, inAll: number, limits: { session: number; all: number }) {
  const counts = `${inSession} of ${limits.session} in this session, ${inAll} of ${limits.all} in all`
  return new HttpProblem(
    409,
    'too_many_verbs',
    `Too many verbs run or wait to be confirmed (${counts}): wait for one, or stop one`,
  )
}

export function notAwaiting(): HttpProblem {
  return new HttpProblem(
    409,
    'not_awaiting_confirmation',
    'Nothing waits for this confirmation: it was confirmed, cancelled or grew too old. Run the verb again and look at what it shows',
  )
}

export function evidenceRunning(): HttpProblem {
  return new HttpProblem(
    409,
    'evidence_running',
    'What this verb looks at first has not ended yet: wait for it, then confirm',
  )
}

export function noSuchRun(): HttpProblem {
  return new HttpProblem(
    404,
    'no_such_verb_run',
    'This verb does not run in this session: it has ended before',
  )
}

/**
 * The answer to a request that was answered before.
 * @throws HttpProblem 422 `idempotency_key_reused`
 */
export function repetition({ run_id, asked, state }: VerbKeyRow, now: string): StartedVerb {
  if (asked !== now) {
    const detail = 'This Idempotency-Key was used for another verb: use a new key'
    throw new HttpProblem(422, 'idempotency_key_reused', detail, { verb_run_id: run_id })
  }
  const waits = state === 'evidence' || state === 'awaiting'
  return { verb_run_id: run_id, state: waits ? 'awaiting_confirmation' : 'running' }
}
