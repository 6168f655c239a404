// Reads off the CLI's result whether it was the model that failed, and how.
import type { ModelFailure } from '../../lib/events.ts'
import { type Fields, numberOf, stringOf } from './messages.ts'

/**
 * How the model failed; undefined where the turn ended by anything else.
 * The CLI's result carries `api_error_status`, null where no answer came at all: then only its words tell (measured, 2.1.197).
 */
export function modelFailureOf(fields: Fields): ModelFailure | undefined {
  if (fields.is_error !== true) return undefined
  const status = numberOf(fields, 'api_error_status')
  if (status !== undefined) return failureOfStatus(status)
  const words = stringOf(fields, 'result') ?? ''
  if (/^Not logged in|^Invalid API key/.test(words)) return 'credentials'
  return /^API Error|^Request timed out|^Connection error/.test(words) ? 'unreachable' : undefined
}

/** Undefined where the request itself was refused: another provider would do the same. */
export function failureOfStatus(status: number): ModelFailure | undefined {
  if (status === 401 || status === 403) return 'credentials'
  if (status === 429) return 'rate_limited'
  if (status === 529 || status === 503) return 'overloaded'
  return status >= 500 ? 'failing' : undefined
}
