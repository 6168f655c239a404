// Parses one line of the CLI's stream-json into a typed message; whatever it doesn't know becomes `unknown`.

/** A JSON object as the CLI sent it. Read it with the functions below: they see own properties only. */
export type Fields = Record<string, unknown>

export type ContentBlock =
  | { type: 'text'; text: string }
  /** Empty where the provider withholds the thinking. */
  | { type: 'thinking'; thinking: string }
  | { type: 'tool_use'; id: string; name: string; input: Fields }
  /** `content` is text, with a placeholder for what is none. */
  | { type: 'tool_result'; tool_use_id: string; content: string; is_error: boolean }
  | { type: 'unknown' }

export type Message =
  | {
      type: 'init'
      session_id: string
      model: string
      cwd: string
      tools: string[]
      claude_version: string
    }
  | { type: 'system'; subtype: string; fields: Fields }
  | { type: 'assistant'; message_id: string; parent: string | undefined; blocks: ContentBlock[] }
  | {
      type: 'user'
      parent: string | undefined
      blocks: ContentBlock[]
      /** What the tool gave back beside its text, for a single tool_result. */
      toolUseResult: Fields | undefined
      /** `context`: the CLI tells the model something by itself; `echo`: of what was sent, or of a command's output. */
      origin: 'plain' | 'context' | 'echo'
    }
  | { type: 'stream_start'; message_id: string; parent: string | undefined }
  | { type: 'stream_delta'; text: string; thinking: boolean; parent: string | undefined }
  | { type: 'result'; subtype: string; fields: Fields }
  | { type: 'control_request'; request_id: string; subtype: string; request: Fields }
  | { type: 'control_response'; request_id: string; ok: boolean; error: string | undefined }
  | { type: 'control_cancel_request'; request_id: string }
  | { type: 'rate_limit'; fields: Fields }
  /** Known to say nothing that belongs in a record. */
  | { type: 'noise' }
  | { type: 'empty' }
  | { type: 'unknown' }

/** Types of messages that repeat what other messages say, or speak to other programs than this one. */
const NOISE: ReadonlySet<string> = new Set([
  'keep_alive',
  'tool_progress',
  'prompt_suggestion',
  'transcript_mirror',
])

/** Events inside of stream_event that the full message repeats. */
const STREAM_NOISE: ReadonlySet<string> = new Set([
  'content_block_start',
  'content_block_stop',
  'message_delta',
  'message_stop',
  'ping',
])

/** Contract: never throws, whatever the text. */
export function parseMessage(text: string): Message {
  if (text.trim() === '') return { type: 'empty' }
  const fields = asFields(parseJson(text))
  if (!fields) return { type: 'unknown' }
  const type = stringOf(fields, 'type') ?? ''
  if (NOISE.has(type)) return { type: 'noise' }
  switch (type) {
    case 'system':
      return parseSystem(fields)
    case 'assistant':
    case 'user':
      return parseConversation(type, fields)
    case 'stream_event':
      return parseStreamEvent(fields)
    case 'rate_limit_event':
      return { type: 'rate_limit', fields }
    case 'result':
      return { type: 'result', subtype: stringOf(fields, 'subtype') ?? '', fields }
    case 'control_request':
    case 'control_response':
    case 'control_cancel_request':
      return parseControl(type, fields)
    default:
      return { type: 'unknown' }
  }
}

function parseJson(text: string): unknown {
  try {
    // A byte order mark is no JSON, but nothing is lost by reading past it.
    return JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text)
  } catch {
    return undefined
  }
}

function parseSystem(fields: Fields): Message {
  const subtype = stringOf(fields, 'subtype') ?? ''
  const session_id = stringOf(fields, 'session_id')
  if (subtype !== 'init' || session_id === undefined) return { type: 'system', subtype, fields }
  return {
    type: 'init',
    session_id,
    model: stringOf(fields, 'model') ?? '',
    cwd: stringOf(fields, 'cwd') ?? '',
    tools: listOf(fields, 'tools').filter((tool) => typeof tool === 'string'),
    claude_version: stringOf(fields, 'claude_code_version') ?? '',
  }
}

function parseConversation(type: 'assistant' | 'user', fields: Fields): Message {
  const message = fieldsOf(fields, 'message')
  if (!message) return { type: 'unknown' }
  const parent = stringOf(fields, 'parent_tool_use_id')
  const blocks = parseContent(message)
  if (!blocks) return { type: 'unknown' }
  if (type === 'assistant') {
    return { type, message_id: stringOf(message, 'id') ?? stringOf(fields, 'uuid') ?? '', parent, blocks }
  }
  return {
    type,
    parent,
    blocks,
    toolUseResult: fieldsOf(fields, 'tool_use_result'),
    origin: originOf(fields),
  }
}

function originOf(fields: Fields): 'plain' | 'context' | 'echo' {
  if (fields.isReplay === true) return 'echo'
  return fields.isSynthetic === true || fields.isMeta === true ? 'context' : 'plain'
}

function parseContent(message: Fields): ContentBlock[] | undefined {
  const text = stringOf(message, 'content')
  if (text !== undefined) return [{ type: 'text', text }]
  return Array.isArray(message.content) ? message.content.map(parseBlock) : undefined
}

function parseBlock(value: unknown): ContentBlock {
  const block = asFields(value)
  if (!block) return { type: 'unknown' }
  const type = stringOf(block, 'type') ?? ''
  const text = stringOf(block, 'text')
  if (type === 'text' && text !== undefined) return { type, text }
  if (type === 'thinking') return { type, thinking: stringOf(block, 'thinking') ?? '' }
  if (type === 'redacted_thinking') return { type: 'thinking', thinking: '' }
  // Calls that the provider itself runs look like any other: server_tool_use, mcp_tool_use.
  const id = stringOf(block, 'id')
  const name = stringOf(block, 'name')
  if (type.endsWith('tool_use') && id !== undefined && name !== undefined) {
    const input = fieldsOf(block, 'input') ?? {}
    return isTooDeep(input) ? { type: 'unknown' } : { type: 'tool_use', id, name, input }
  }
  const tool_use_id = stringOf(block, 'tool_use_id')
  if (type.endsWith('tool_result') && tool_use_id !== undefined) {
    return {
      type: 'tool_result',
      tool_use_id,
      content: contentText(block.content),
      is_error: block.is_error === true,
    }
  }
  return { type: 'unknown' }
}

/** The text of a tool_result's content: a string, or blocks, each on a line of its own. */
function contentText(content: unknown): string {
  if (typeof content === 'string') return content
  if (content === undefined || content === null) return ''
  if (!Array.isArray(content)) return `[${stringOf(asFields(content) ?? {}, 'type') ?? 'content'}]`
  return content.map(blockText).join('\n')
}

function blockText(value: unknown): string {
  if (typeof value === 'string') return value
  const block = asFields(value) ?? {}
  const type = stringOf(block, 'type') ?? 'content'
  const text = stringOf(block, 'text')
  if (type === 'text' && text !== undefined) return text
  const source = fieldsOf(block, 'source') ?? {}
  const media = stringOf(source, 'media_type')
  return media === undefined ? `[${type}]` : `[${type} ${media}]`
}

function parseStreamEvent(fields: Fields): Message {
  const event = fieldsOf(fields, 'event')
  if (!event) return { type: 'unknown' }
  const parent = stringOf(fields, 'parent_tool_use_id')
  const type = stringOf(event, 'type') ?? ''
  if (STREAM_NOISE.has(type)) return { type: 'noise' }
  if (type === 'message_start') {
    return {
      type: 'stream_start',
      message_id: stringOf(fieldsOf(event, 'message') ?? {}, 'id') ?? '',
      parent,
    }
  }
  const delta = type === 'content_block_delta' ? fieldsOf(event, 'delta') : undefined
  if (!delta) return { type: 'unknown' }
  const text = stringOf(delta, 'text') ?? stringOf(delta, 'thinking')
  // The other deltas, of inputs and signatures, are pieces of what the full message holds.
  if (text === undefined || text === '') return { type: 'noise' }
  return { type: 'stream_delta', text, thinking: !Object.hasOwn(delta, 'text'), parent }
}

function parseControl(type: `control_${'request' | 'response' | 'cancel_request'}`, fields: Fields): Message {
  const outer = type === 'control_response' ? (fieldsOf(fields, 'response') ?? {}) : fields
  const request_id = stringOf(outer, 'request_id')
  if (request_id === undefined) return { type: 'unknown' }
  if (type === 'control_cancel_request') return { type, request_id }
  if (type === 'control_response') {
    const ok = stringOf(outer, 'subtype') === 'success'
    return { type, request_id, ok, error: stringOf(outer, 'error') }
  }
  const request = fieldsOf(fields, 'request') ?? {}
  return { type, request_id, subtype: stringOf(request, 'subtype') ?? '', request }
}

/** Deeper values are not taken over: JSON.stringify would overflow the stack on them. */
const INPUT_DEPTH = 200

/** Whether a JSON value is nested deeper than INPUT_DEPTH. */
export function isTooDeep(value: unknown, depth = 0): boolean {
  if (typeof value !== 'object' || value === null) return false
  return depth >= INPUT_DEPTH || Object.values(value).some((inner) => isTooDeep(inner, depth + 1))
}

/** The value as an object, if it is a JSON object. */
export function asFields(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined
}

/** An own property of `fields` if it is an object. */
export function fieldsOf(fields: Fields, key: string): Fields | undefined {
  return Object.hasOwn(fields, key) ? asFields(fields[key]) : undefined
}

/** An own property of `fields` if it is a string. */
export function stringOf(fields: Fields, key: string): string | undefined {
  const value = Object.hasOwn(fields, key) ? fields[key] : undefined
  return typeof value === 'string' ? value : undefined
}

/** An own property of `fields` if it is a finite number (JSON's 1e999 is none). */
export function numberOf(fields: Fields, key: string): number | undefined {
  const value = Object.hasOwn(fields, key) ? fields[key] : undefined
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

/** An own property of `fields` if it is an array, else an empty one. */
export function listOf(fields: Fields, key: string): unknown[] {
  const value: unknown = Object.hasOwn(fields, key) ? fields[key] : undefined
  return Array.isArray(value) ? value : []
}
