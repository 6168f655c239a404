// Turns records of the transcript into the stream-json that `claude -p` writes of the same conversation: pure, no I/O.
import { asFields, type Fields, fieldsOf, listOf, numberOf, stringOf } from './messages.ts'

/** What a record of the session's own conversation means for the turn, beside what it says. */
export type RecordMeaning =
  /** A prompt; `shell` where it is a line for the shell, which passes no gate (`<bash-input>`). */
  | { type: 'prompt'; text: string; shell: boolean }
  /** What a line for the shell has written. */
  | { type: 'shell_output'; stdout: string; stderr: string }
  | { type: 'assistant'; messageId: string; text: string | null; isApiError: boolean }
  | { type: 'tool_results'; ids: string[] }
  | { type: 'interrupted' }
  /** `turn_duration`: written by interactive sessions when a turn has ended. */
  | { type: 'turn_ended' }
  | { type: 'other' }

/** Bookkeeping, and what other records say better. */
const NOISE: ReadonlySet<string> = new Set([
  'agent-name',
  'agent-setting',
  'ai-title',
  'attachment',
  'custom-title',
  'file-history-delta',
  'file-history-snapshot',
  'last-prompt',
  'mode',
  'permission-mode',
  'progress',
  'queue-operation',
  'summary',
  'tag',
])
const SYSTEM_NOISE: ReadonlySet<string> = new Set(['api_error', 'stop_hook_summary', 'turn_duration'])

const INTERRUPTED = '[Request interrupted by user'

/** What a record means for its turn. Contract: never throws. */
export function meaningOf(record: Fields): RecordMeaning {
  const message = fieldsOf(record, 'message') ?? {}
  switch (stringOf(record, 'type')) {
    case 'assistant':
      return {
        type: 'assistant',
        messageId: stringOf(message, 'id') ?? '',
        text: lastText(message),
        isApiError: record.isApiErrorMessage === true || stringOf(message, 'model') === '<synthetic>',
      }
    case 'user':
      return meaningOfUser(record, message)
    case 'attachment': {
      // What is typed while a turn runs is handed to the model within it.
      const attachment = fieldsOf(record, 'attachment') ?? {}
      const text =
        stringOf(attachment, 'type') === 'queued_command' ? stringOf(attachment, 'prompt') : undefined
      return text === undefined ? { type: 'other' } : { type: 'prompt', text, shell: false }
    }
    case 'system':
      return { type: stringOf(record, 'subtype') === 'turn_duration' ? 'turn_ended' : 'other' }
    default:
      return { type: 'other' }
  }
}

function meaningOfUser(record: Fields, message: Fields): RecordMeaning {
  const ids = listOf(message, 'content').flatMap(answeredCall)
  if (ids.length > 0) return { type: 'tool_results', ids }
  const text = stringOf(message, 'content') ?? lastText(message) ?? ''
  if (text.startsWith(INTERRUPTED)) return { type: 'interrupted' }
  if (record.isMeta === true || record.isCompactSummary === true) return { type: 'other' }
  const command = between(text, 'bash-input')
  if (command !== null) return { type: 'prompt', text: command, shell: true }
  const stdout = between(text, 'bash-stdout')
  const stderr = between(text, 'bash-stderr')
  if (stdout === null && stderr === null) return { type: 'prompt', text, shell: false }
  return { type: 'shell_output', stdout: stdout ?? '', stderr: stderr ?? '' }
}

function between(text: string, tag: string): string | null {
  const start = text.indexOf(`<${tag}>`)
  const end = text.lastIndexOf(`</${tag}>`)
  return start === -1 || end < start ? null : text.slice(start + tag.length + 2, end)
}

/** The call that a block is the output of. */
function answeredCall(value: unknown): string[] {
  const block = asFields(value) ?? {}
  const id = stringOf(block, 'tool_use_id')
  return stringOf(block, 'type') === 'tool_result' && id !== undefined ? [id] : []
}

function lastText(message: Fields): string | null {
  const texts = listOf(message, 'content').map((block) => stringOf(asFields(block) ?? {}, 'text'))
  return texts.findLast((text) => text !== undefined) ?? null
}

/**
 * The line that `claude -p` would have written; null where it writes none.
 * Prompts are left out: stream-json does not repeat them.
 *
 * @param parent the call that the conversation runs under, null for the session's own
 */
export function lineOf(record: Fields, parent: string | null): Fields | null {
  const { message, uuid } = record
  const common = { parent_tool_use_id: parent, uuid }
  switch (stringOf(record, 'type')) {
    case 'assistant':
      return { type: 'assistant', message, ...common }
    case 'user': {
      const { type } = meaningOf(record)
      if (type === 'tool_results') {
        const { toolUseResult } = record
        // `-p` says of subagents' tools only what the model sees.
        const details =
          parent === null && toolUseResult !== undefined ? { tool_use_result: toolUseResult } : {}
        return { type: 'user', message, ...common, ...details }
      }
      if (type === 'interrupted') return { type: 'user', message, ...common }
      return record.isCompactSummary === true ? { type: 'user', message, ...common, isSynthetic: true } : null
    }
    case 'system':
      return parent === null ? systemLine(record) : null
    default:
      return NOISE.has(stringOf(record, 'type') ?? '') ? null : record
  }
}

function systemLine(record: Fields): Fields | null {
  const subtype = stringOf(record, 'subtype') ?? ''
  if (SYSTEM_NOISE.has(subtype)) return null
  if (subtype === 'local_command') {
    const output = between(stringOf(record, 'content') ?? '', 'local-command-stdout')
    return output
      ? { type: 'system', subtype: 'local_command_output', content: output, uuid: record.uuid }
      : null
  }
  if (subtype !== 'compact_boundary') return record
  const metadata = fieldsOf(record, 'compactMetadata') ?? {}
  const pre_tokens = numberOf(metadata, 'preTokens')
  const post_tokens = numberOf(metadata, 'postTokens')
  return {
    type: 'system',
    subtype,
    uuid: record.uuid,
    compact_metadata: {
      trigger: stringOf(metadata, 'trigger'),
      ...(pre_tokens !== undefined && { pre_tokens }),
      ...(post_tokens !== undefined && { post_tokens }),
    },
  }
}
