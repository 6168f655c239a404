// Reads one answer of the Messages API, streamed or whole, into what the tee reports: deltas, finished blocks, the end.
import { asFields, type Fields, fieldsOf, listOf, numberOf, stringOf } from './messages.ts'
import { createSseParser } from './sse-parser.ts'

/** A block as it stands in the finished message. */
export type WireBlock =
  | { type: 'text'; text: string }
  | { type: 'thinking'; thinking: string }
  | { type: 'tool_use'; id: string; name: string; input: Fields }

export type WireAnswer =
  | { type: 'start'; messageId: string; model: string }
  | { type: 'delta'; messageId: string; text: string; thinking: boolean }
  | { type: 'block'; messageId: string; block: WireBlock }
  | { type: 'stop'; messageId: string; stopReason: string; usage: Fields }
  /** An answer that is an error, or a stream that reports one. */
  | { type: 'error'; status: number; error: string; message: string }

/** A block under construction; beyond the cap its pieces are not kept, and it is not reported. */
type Building = { fields: Fields; pieces: string[]; characters: number }

const BLOCK_MAX_CHARACTERS = 16 * 1024 * 1024
const JSON_ANSWER_MAX_BYTES = 16 * 1024 * 1024

export type AnswerReader = {
  feed(chunk: Uint8Array): void
  /** The answer is complete. */
  end(): void
}

/**
 * Contract: never throws, whatever the bytes.
 * @param contentType of the answer; anything but an event stream is read as one JSON value
 */
export function createAnswerReader(
  status: number,
  contentType: string,
  onAnswer: (answer: WireAnswer) => void,
): AnswerReader {
  if (status === 200 && contentType.includes('text/event-stream')) {
    const message = createMessageReader(onAnswer)
    const events = createSseParser((data) => message.take(parse(data)))
    return { feed: events.feed, end() {} }
  }
  const chunks: Uint8Array[] = []
  let bytes = 0
  return {
    feed(chunk) {
      bytes += chunk.length
      if (bytes <= JSON_ANSWER_MAX_BYTES) chunks.push(Uint8Array.from(chunk))
    },
    end() {
      const body = bytes <= JSON_ANSWER_MAX_BYTES ? parse(Buffer.concat(chunks).toString('utf8')) : {}
      if (status === 200) readWhole(body, onAnswer)
      else {
        const error = fieldsOf(body, 'error') ?? {}
        const type = stringOf(error, 'type') ?? `http_${status}`
        onAnswer({ type: 'error', status, error: type, message: stringOf(error, 'message') ?? '' })
      }
    },
  }
}

/** The events of one streamed message, as the API documents them. */
function createMessageReader(onAnswer: (answer: WireAnswer) => void) {
  const building = new Map<number, Building>()
  let messageId = ''
  let stopReason = ''
  let usage: Fields = {}

  function take(event: Fields) {
    const index = numberOf(event, 'index') ?? 0
    switch (stringOf(event, 'type')) {
      case 'message_start': {
        const message = fieldsOf(event, 'message') ?? {}
        messageId = stringOf(message, 'id') ?? ''
        usage = fieldsOf(message, 'usage') ?? {}
        return onAnswer({ type: 'start', messageId, model: stringOf(message, 'model') ?? '' })
      }
      case 'content_block_start':
        building.set(index, { fields: fieldsOf(event, 'content_block') ?? {}, pieces: [], characters: 0 })
        return
      case 'content_block_delta':
        return addDelta(building.get(index), fieldsOf(event, 'delta') ?? {})
      case 'content_block_stop': {
        const block = finishBlock(building.get(index))
        building.delete(index)
        if (block) onAnswer({ type: 'block', messageId, block })
        return
      }
      case 'message_delta':
        stopReason = stringOf(fieldsOf(event, 'delta') ?? {}, 'stop_reason') ?? stopReason
        usage = { ...usage, ...fieldsOf(event, 'usage') }
        return
      case 'message_stop':
        return onAnswer({ type: 'stop', messageId, stopReason, usage })
      case 'error': {
        const error = fieldsOf(event, 'error') ?? {}
        const message = stringOf(error, 'message') ?? ''
        return onAnswer({ type: 'error', status: 200, error: stringOf(error, 'type') ?? 'error', message })
      }
      default: // pings, and whatever comes later: the transcript has the record
    }
  }

  function addDelta(block: Building | undefined, delta: Fields) {
    const text = stringOf(delta, 'text')
    const piece = text ?? stringOf(delta, 'thinking') ?? stringOf(delta, 'partial_json')
    if (piece === undefined || piece === '') return
    if (block) {
      block.characters += piece.length
      if (block.characters <= BLOCK_MAX_CHARACTERS) block.pieces.push(piece)
    }
    if (stringOf(delta, 'partial_json') === undefined)
      onAnswer({ type: 'delta', messageId, text: piece, thinking: text === undefined })
  }

  return { take }
}

function finishBlock(building: Building | undefined): WireBlock | undefined {
  if (!building || building.characters > BLOCK_MAX_CHARACTERS) return undefined
  const { fields, pieces } = building
  const joined = pieces.join('')
  switch (stringOf(fields, 'type')) {
    case 'text':
      return { type: 'text', text: (stringOf(fields, 'text') ?? '') + joined }
    case 'thinking':
      return { type: 'thinking', thinking: (stringOf(fields, 'thinking') ?? '') + joined }
    case 'tool_use':
      return toolUse(joined === '' ? fields : { ...fields, input: parse(joined) })
    default:
      return undefined
  }
}

function toolUse(fields: Fields): WireBlock | undefined {
  const id = stringOf(fields, 'id')
  const name = stringOf(fields, 'name')
  if (id === undefined || name === undefined) return undefined
  return { type: 'tool_use', id, name, input: fieldsOf(fields, 'input') ?? {} }
}

/** A message that came in one piece: the CLI asks for one where streaming has failed it. */
function readWhole(message: Fields, onAnswer: (answer: WireAnswer) => void) {
  if (stringOf(message, 'type') !== 'message') return
  const messageId = stringOf(message, 'id') ?? ''
  onAnswer({ type: 'start', messageId, model: stringOf(message, 'model') ?? '' })
  for (const value of listOf(message, 'content')) {
    const block = finishBlock({ fields: asFields(value) ?? {}, pieces: [], characters: 0 })
    if (!block) continue
    if (block.type === 'text') onAnswer({ type: 'delta', messageId, text: block.text, thinking: false })
    onAnswer({ type: 'block', messageId, block })
  }
  const usage = fieldsOf(message, 'usage') ?? {}
  onAnswer({ type: 'stop', messageId, stopReason: stringOf(message, 'stop_reason') ?? '', usage })
}

function parse(text: string): Fields {
  try {
    return asFields(JSON.parse(text)) ?? {}
  } catch {
    return {}
  }
}
