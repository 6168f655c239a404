// Makes a turn's terminal event of the CLI's `result` message.
import type { BodyOf, Outcome, Usage } from '../../lib/events.ts'
import { type Fields, fieldsOf, listOf, numberOf, stringOf } from './messages.ts'
import { modelFailureOf } from './model-failure.ts'

/**
 * @param interrupt the outcome of a turn that ends by an interrupt, undefined where nothing speaks of one
 * @param spentUsd what the process had spent before the turn: the CLI reports its whole life's cost
 */
export function turnResult(
  subtype: string,
  fields: Fields,
  interrupt: 'interrupted' | 'timeout' | undefined,
  spentUsd: number,
): BodyOf<'result'> {
  const isError = fields.is_error === true
  const outcome = outcomeOf(subtype, isError, interrupt ?? abortOf(fields))
  const cost = numberOf(fields, 'total_cost_usd')
  const failure = outcome === 'error' ? modelFailureOf(fields) : undefined
  return {
    kind: 'result',
    outcome,
    is_error: isError || outcome === 'error',
    result: stringOf(fields, 'result') ?? errorText(subtype, fields, outcome),
    duration_ms: numberOf(fields, 'duration_ms') ?? 0,
    num_turns: numberOf(fields, 'num_turns') ?? 0,
    total_cost_usd: cost === undefined ? null : growth(spentUsd, cost),
    usage: usageOf(fieldsOf(fields, 'usage')),
    ...(failure !== undefined && { model_failure: failure }),
  }
}

function outcomeOf(subtype: string, isError: boolean, interrupt: Outcome | undefined): Outcome {
  if (subtype === 'success') return isError ? 'error' : 'success'
  return subtype === 'error_during_execution' && interrupt ? interrupt : 'error'
}

function abortOf(fields: Fields): 'interrupted' | undefined {
  return stringOf(fields, 'terminal_reason')?.startsWith('aborted_') ? 'interrupted' : undefined
}

/** Results that are errors of the CLI have no text but a list, which for an interrupt holds diagnostics only. */
function errorText(subtype: string, fields: Fields, outcome: Outcome): string {
  if (outcome !== 'error') return ''
  const errors = listOf(fields, 'errors').filter((error) => typeof error === 'string')
  if (errors.length > 0) return errors.join('\n')
  switch (subtype) {
    case 'error_max_turns':
      return 'Reached the maximum number of turns'
    case 'error_max_budget_usd':
      return 'Reached the maximum cost'
    default:
      return ''
  }
}

/** Without the noise of floating point. */
function growth(before: number, now: number): number {
  return now < before ? now : Number((now - before).toFixed(9))
}

function usageOf(usage: Fields | undefined): Usage | null {
  if (!usage) return null
  return {
    input_tokens: numberOf(usage, 'input_tokens') ?? 0,
    output_tokens: numberOf(usage, 'output_tokens') ?? 0,
    cache_read_input_tokens: numberOf(usage, 'cache_read_input_tokens') ?? 0,
    cache_creation_input_tokens: numberOf(usage, 'cache_creation_input_tokens') ?? 0,
  }
}
