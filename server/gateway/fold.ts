// Folds what a turn has added to the CLI's transcript back into canonical messages: answers, calls, their results.
import { createReadStream } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { createLineSplitter } from '../../lib/line-splitter.ts'
import { asFields, type Fields, fieldsOf, stringOf } from '../claude/messages.ts'
import { type CanonicalBlock, type CanonicalMessage, canonicalContent } from './canonical.ts'

/** The model that the CLI names for words of its own, such as "API Error: …". */
const SYNTHETIC_MODEL = '<synthetic>'
/** How often a transcript that lags behind is looked at again. */
const POLL_MS = 15

export type Fold = {
  /** Whether the last answer of the turn is among them. */
  isWhole: boolean
  /** The turn's answers and results, without the prompt that began it. */
  messages: CanonicalMessage[]
  /** Why the last answer stopped, where the CLI wrote it down. */
  stopReason: string | null
  /** Just after the last whole line, in bytes. */
  endOffset: number
}

/**
 * Reads a transcript from an offset until it holds the answer `messageId`, or the time is over: the CLI writes it a
 * moment after it has spoken.
 *
 * Contract: never rejects; a file that is missing or cut off gives what can be read.
 *
 * @param locate the path, null while there is none
 * @param messageId of the last answer of the turn, null to take what is there
 */
export async function foldTurn(
  locate: () => Promise<string | null>,
  offset: number,
  messageId: string | null,
  timeoutMs: number,
): Promise<Fold> {
  const giveUpAt = performance.now() + timeoutMs
  for (;;) {
    const path = await locate()
    const { records, endOffset } = path ? await readRecords(path, offset) : { records: [], endOffset: offset }
    const isWhole = messageId === null || records.some((record) => messageIdOf(record) === messageId)
    if (isWhole || performance.now() > giveUpAt) return { ...foldRecords(records), endOffset, isWhole }
    await sleep(POLL_MS)
  }
}

/** The records of the main conversation, as messages. Exported for tests. */
export function foldRecords(records: readonly Fields[]): Pick<Fold, 'messages' | 'stopReason'> {
  /** One a model's answer, in order; the CLI writes an answer's blocks into records of their own, results between them. */
  const cycles: { id: string; answer: CanonicalBlock[]; results: CanonicalBlock[] }[] = []
  let stopReason: string | null = null
  for (const record of records) {
    const type = stringOf(record, 'type')
    const message = fieldsOf(record, 'message')
    if (!message || record.isSidechain === true || record.isMeta === true) continue
    const content = canonicalContent(message.content)
    if (type === 'assistant' && stringOf(message, 'model') !== SYNTHETIC_MODEL) {
      const id = stringOf(message, 'id') ?? ''
      const known = cycles.find((cycle) => cycle.id === id)
      if (known) known.answer.push(...content)
      else cycles.push({ id, answer: content, results: [] })
      stopReason = stringOf(message, 'stop_reason') ?? stopReason
    } else if (type === 'user') {
      for (const block of content) {
        if (block.type !== 'tool_result') continue
        const isItsCall = (each: CanonicalBlock) => each.type === 'tool_use' && each.id === block.tool_use_id
        cycles.findLast(({ answer }) => answer.some(isItsCall))?.results.push(block)
      }
    }
  }
  const messages = cycles.flatMap(({ answer, results }): CanonicalMessage[] => [
    { role: 'assistant', content: answer },
    ...(results.length > 0 ? [{ role: 'user' as const, content: results }] : []),
  ])
  return { messages, stopReason }
}

async function readRecords(path: string, offset: number): Promise<{ records: Fields[]; endOffset: number }> {
  const records: Fields[] = []
  let endOffset = offset
  const lines = createLineSplitter({
    startOffset: offset,
    onLine({ data, truncated, endOffset: end }) {
      endOffset = end
      const record = truncated ? undefined : parseRecord(data)
      if (record) records.push(record)
    },
  })
  try {
    for await (const chunk of createReadStream(path, { start: offset })) {
      if (chunk instanceof Uint8Array) lines.feed(chunk)
    }
  } catch {
    // Missing or unreadable: what was read until then counts. A half-written line waits for the next look.
  }
  return { records, endOffset }
}

function messageIdOf(record: Fields): string | undefined {
  return stringOf(record, 'type') === 'assistant'
    ? stringOf(fieldsOf(record, 'message') ?? {}, 'id')
    : undefined
}

function parseRecord(data: Uint8Array): Fields | undefined {
  try {
    return asFields(JSON.parse(new TextDecoder().decode(data)))
  } catch {
    return undefined
  }
}
