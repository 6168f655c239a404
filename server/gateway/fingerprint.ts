// Names a conversation by what stands in it: SHA-256 over its canonical form.
import { createHash } from 'node:crypto'
import type { CanonicalBlock, CanonicalMessage } from './canonical.ts'

/**
 * The fingerprint of a history, in hex. Two histories have the same one exactly when their canonical forms are equal,
 * signatures of thinking aside.
 *
 * @param owner whose conversation it is: the same words of two operators are two conversations
 */
export function fingerprint(owner: string, messages: readonly CanonicalMessage[]): string {
  return sequence(owner, messages).at(-1) ?? ''
}

/**
 * The fingerprints of every beginning of a history, the empty one first and the whole last.
 * @returns one more than there are messages
 */
export function sequence(owner: string, messages: readonly CanonicalMessage[]): string[] {
  // Each message is hashed with its length before it, so that no two histories share their bytes.
  const hash = createHash('sha256').update(`${owner.length}:${owner}`)
  const seen = [hash.copy().digest('hex')]
  for (const { role, content } of messages) {
    const text = stableJson([role, content.map(compared)])
    hash.update(`${text.length}:${text}`)
    seen.push(hash.copy().digest('hex'))
  }
  return seen
}

function compared(block: CanonicalBlock): unknown {
  if (block.type === 'thinking') return { type: block.type, thinking: block.thinking }
  if (block.type === 'tool_result') return { ...block, content: block.content.map(compared) }
  return block
}

/**
 * JSON with the keys of objects in order, since JSON objects have none.
 * @throws RangeError for values nested thousands deep
 */
export function stableJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(stableJson).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined)
  const sorted = entries.sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${sorted.map(([key, inner]) => `${JSON.stringify(key)}:${stableJson(inner)}`).join(',')}}`
}
