// The canonical form of a conversation: what two spellings of the same messages have in common.
import { assertNever } from '../../lib/assert-never.ts'
import { asFields, type Fields, fieldsOf, listOf, stringOf } from '../claude/messages.ts'

export type CanonicalBlock =
  | { type: 'text'; text: string }
  /** The signature is kept for seeding; it is no part of what is compared. */
  | { type: 'thinking'; thinking: string; signature?: string }
  | { type: 'tool_use'; id: string; name: string; input: Fields }
  /** Without `is_error` it stays without: the model sees a difference between absent and false. */
  | { type: 'tool_result'; tool_use_id: string; content: CanonicalBlock[]; is_error?: boolean }
  /** Anything else, such as an image that a tool gave back, as it came. */
  | { type: 'other'; block: Fields }

export type CanonicalMessage = { role: 'user' | 'assistant'; content: CanonicalBlock[] }

/** A message as the Messages API has it. */
export type ApiMessage = { role: 'user' | 'assistant'; content: string | readonly Fields[] }

/**
 * Messages in their canonical form: a string is one text block, the order is kept, and what says nothing to the
 * model (`cache_control`, `citations`, ids of the transport) is left out.
 */
export function canonicalMessages(messages: readonly ApiMessage[]): CanonicalMessage[] {
  return messages.map(({ role, content }) => ({ role, content: canonicalContent(content) }))
}

/** The content of a message, or of a tool's result. */
export function canonicalContent(content: unknown): CanonicalBlock[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }]
  if (!Array.isArray(content)) return []
  return content.flatMap((block: unknown) => {
    const fields = asFields(block)
    return fields ? [canonicalBlock(fields)] : []
  })
}

function canonicalBlock(block: Fields): CanonicalBlock {
  switch (stringOf(block, 'type')) {
    case 'text':
      return { type: 'text', text: stringOf(block, 'text') ?? '' }
    case 'thinking': {
      const signature = stringOf(block, 'signature')
      return {
        type: 'thinking',
        thinking: stringOf(block, 'thinking') ?? '',
        ...(signature ? { signature } : {}),
      }
    }
    case 'tool_use':
      return {
        type: 'tool_use',
        id: stringOf(block, 'id') ?? '',
        name: stringOf(block, 'name') ?? '',
        input: fieldsOf(block, 'input') ?? {},
      }
    case 'tool_result':
      return {
        type: 'tool_result',
        tool_use_id: stringOf(block, 'tool_use_id') ?? '',
        content: canonicalContent(stringOf(block, 'content') ?? listOf(block, 'content')),
        ...(typeof block.is_error === 'boolean' ? { is_error: block.is_error } : {}),
      }
    default: {
      const { cache_control: _, ...rest } = block
      return { type: 'other', block: rest }
    }
  }
}

/** A canonical block as the Messages API has it. */
export function apiBlock(block: CanonicalBlock): Fields {
  switch (block.type) {
    case 'text':
    case 'thinking':
    case 'tool_use':
      return block
    case 'tool_result':
      return { ...block, content: block.content.map(apiBlock) }
    case 'other':
      return block.block
    default:
      return assertNever(block)
  }
}

/** All text of a content, its blocks on lines of their own. */
export function textOf(content: readonly CanonicalBlock[]): string {
  return content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n')
}
