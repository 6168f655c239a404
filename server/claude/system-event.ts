// Makes events of the CLI's `system` messages, and knows which of them say nothing.
import type { BodyOf, EventBody } from '../../lib/events.ts'
import { type Fields, fieldsOf, numberOf, stringOf } from './messages.ts'

/** Progress and state that other messages say better. */
const NOISE: ReadonlySet<string> = new Set([
  'hook_started',
  'hook_progress',
  'session_state_changed',
  'task_progress',
  'task_started',
  'task_updated',
  'thinking_tokens',
])

/** The events of a `system` message; undefined where its subtype is not known. */
export function systemEvents(subtype: string, fields: Fields): EventBody[] | undefined {
  if (NOISE.has(subtype)) return []
  const text = stringOf(fields, 'content') ?? stringOf(fields, 'text') ?? stringOf(fields, 'message')
  switch (subtype) {
    case 'status':
      return status(fields)
    case 'console_notice':
      return [consoleNotice(fields)]
    case 'api_retry':
      return [retrying(fields)]
    case 'compact_boundary':
      return [compacted(fieldsOf(fields, 'compact_metadata') ?? {})]
    case 'hook_response':
      return hookResponse(fields)
    case 'local_command_output':
      return text === undefined
        ? undefined
        : [{ kind: 'text', text, message_id: stringOf(fields, 'uuid') ?? '' }]
    case 'informational':
    case 'notification':
      return text === undefined
        ? undefined
        : [control('notice', { reason: text, ...strings(fields, ['level', 'tool_use_id']) })]
    case 'model_fallback':
    case 'model_refusal_fallback':
      return [
        control('model_changed', {
          ...reason(text),
          ...strings(fields, ['trigger', 'original_model', 'fallback_model']),
        }),
      ]
    case 'permission_denied':
      return [
        control('denied', {
          ...reason(text),
          ...strings(fields, ['tool_use_id', 'tool_name', 'decision_reason']),
        }),
      ]
    case 'task_notification':
      return [
        control('task_ended', {
          ...reason(stringOf(fields, 'summary')),
          ...strings(fields, ['task_id', 'tool_use_id', 'status']),
        }),
      ]
    default:
      return undefined
  }
}

/** The event of a rate limit that no longer lets requests through unhindered. */
export function rateLimitEvents(fields: Fields): EventBody[] {
  const info = fieldsOf(fields, 'rate_limit_info') ?? {}
  if (stringOf(info, 'status') === 'allowed') return []
  const resetsAt = numberOf(info, 'resetsAt')
  const limit = stringOf(info, 'rateLimitType')
  return [
    control('rate_limited', {
      ...strings(info, ['status']),
      ...(limit !== undefined && { limit }),
      ...(resetsAt !== undefined && { resets_at: resetsAt }),
    }),
  ]
}

function control(action: string, more: Record<string, unknown>): BodyOf<'control'> {
  return { kind: 'control', action, operator: 'claude', ...more }
}

function reason(text: string | undefined): { reason?: string } {
  return text === undefined ? {} : { reason: text }
}

/** Says only what the CLI is waiting for, but for the outcome of a compaction. */
function status(fields: Fields): EventBody[] {
  const error = stringOf(fields, 'compact_error')
  return error === undefined ? [] : [control('compaction_failed', { reason: error })]
}

function retrying(fields: Fields): EventBody {
  const error = stringOf(fields, 'error')
  const numeric = numbers(fields, ['attempt', 'max_retries', 'retry_delay_ms', 'error_status'])
  return control('retrying', { ...reason(error), ...numeric })
}

function compacted(metadata: Fields): EventBody {
  return control('compacted', {
    ...strings(metadata, ['trigger']),
    ...numbers(metadata, ['pre_tokens', 'post_tokens']),
  })
}

/** A hook that succeeded and wrote nothing is noise; one that wrote may have blocked something. */
function hookResponse(fields: Fields): EventBody[] {
  const output = stringOf(fields, 'output') || stringOf(fields, 'stdout') || stringOf(fields, 'stderr') || ''
  const outcome = stringOf(fields, 'outcome')
  if (outcome === 'success' && output.trim() === '') return []
  const more = {
    ...strings(fields, ['hook_name', 'hook_event', 'outcome']),
    ...numbers(fields, ['exit_code']),
  }
  return [control('hook', { ...(output !== '' && { reason: output }), ...more })]
}

/** A line that is not the CLI's: the console tells what it saw on a TUI's screen and in its transcript. */
function consoleNotice({ type: _, subtype: __, uuid: ___, ...fields }: Fields): EventBody {
  return control(stringOf(fields, 'action') ?? 'notice', fields)
}

function strings(fields: Fields, keys: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    keys.flatMap((key) => {
      const value = stringOf(fields, key)
      return value === undefined ? [] : [[key, value]]
    }),
  )
}

/** Rounded: the CLI's delays have ten decimals. */
function numbers(fields: Fields, keys: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    keys.flatMap((key) => {
      const value = numberOf(fields, key)
      return value === undefined ? [] : [[key, Math.round(value)]]
    }),
  )
}
