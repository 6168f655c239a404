// Makes the events of what is only text: what is said, and lines of no known type.
import type { BodyOf, EventBody } from '../../lib/events.ts'
import type { ContentBlock } from './messages.ts'
import type { SpoolLine } from './spool-lines.ts'

/** A raw line in the record holds at most this much; the spool has the whole. */
export const RAW_CHARACTERS = 64 * 1024

/** What the model said or thought, at its whole length. */
export function fullText(
  text: string,
  message_id: string,
  parent: string | undefined,
  thinking: boolean,
): BodyOf<'text'> {
  return { kind: 'text', text, message_id, ...(thinking && { thinking }), ...withParent(parent) }
}

/** Marks an event as a subagent's: `parent` is the call that it runs under. */
export function withParent(parent: string | undefined): { parent_tool_use_id?: string } {
  return parent === undefined ? {} : { parent_tool_use_id: parent }
}

/** Whether the CLI tells the model by this that it was interrupted. */
export function isInterruptText(block: ContentBlock): boolean {
  return block.type === 'text' && block.text.startsWith('[Request interrupted by user')
}

/** What the CLI tells the model by itself, such as the summary that replaces a compacted conversation. */
export function givenContext(block: ContentBlock): EventBody[] {
  return block.type === 'text'
    ? [{ kind: 'control', action: 'context', operator: 'claude', reason: block.text }]
    : []
}

/** The line as it came, or its beginning with its size and hash. */
export function rawLine({ text, truncated, bytes, sha256 }: SpoolLine): EventBody {
  if (!truncated && text.length <= RAW_CHARACTERS) return { kind: 'raw', line: text }
  // Not in the middle of a surrogate pair.
  const line = text.slice(0, RAW_CHARACTERS).replace(/[\uD800-\uDBFF]$/, '')
  return { kind: 'raw', line, truncated: true, bytes, ...(sha256 !== undefined && { sha256 }) }
}
