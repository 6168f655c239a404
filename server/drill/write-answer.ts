// Writes an answer the way the Messages API does: as server-sent events, or as one JSON body.
import { randomBytes } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { requestId } from './plain-http.ts'
import type { Block, Pace, Step } from './scenario.ts'

type Outgoing = {
  model: string
  blocks: readonly Block[]
  stopReason: NonNullable<Step['stop_reason']>
  pace: Pace | undefined
  /** The socket is destroyed after this many characters of content; undefined: never. */
  cutAfter: number | undefined
  /** Size of the request's body in characters, which the usage numbers are made from. */
  requestCharacters: number
}

/** Streams `outgoing` as server-sent events. Resolves when the answer or its connection has ended. */
export async function streamAnswer(response: ServerResponse, outgoing: Outgoing): Promise<void> {
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
    'request-id': requestId(),
  })
  const send = (type: string, data: object) =>
    response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`)
  send('message_start', {
    message: { ...messageHead(outgoing), content: [], stop_reason: null, usage: usageOf(outgoing, 1) },
  })
  send('ping', {})
  let budget = outgoing.cutAfter ?? Number.POSITIVE_INFINITY
  for (const [index, block] of outgoing.blocks.entries()) {
    const { start, deltas } = pieces(block, outgoing.pace)
    send('content_block_start', { index, content_block: start })
    for (const delta of deltas) {
      if (response.destroyed) return
      const sent = budget >= delta.text.length ? delta.text : delta.text.slice(0, budget)
      if (sent !== '' || delta.text === '') send('content_block_delta', { index, delta: delta.wrap(sent) })
      budget -= delta.text.length
      if (budget < 0) return cutOff(response)
      if (outgoing.pace && deltas.length > 1) await sleep(outgoing.pace.every_ms)
    }
    send('content_block_stop', { index })
  }
  if (outgoing.cutAfter !== undefined) return cutOff(response)
  send('message_delta', {
    delta: { stop_reason: outgoing.stopReason, stop_sequence: null },
    usage: usageOf(outgoing, outputTokens(outgoing)),
  })
  send('message_stop', {})
  response.end()
}

/** Sends `outgoing` as one JSON body, for requests without `stream`. */
export async function sendAnswer(response: ServerResponse, outgoing: Outgoing): Promise<void> {
  const content = outgoing.blocks.map((block) => {
    if ('text' in block) return { type: 'text', text: block.text }
    if ('thinking' in block) return { type: 'thinking', thinking: block.thinking, signature: signature() }
    return { type: 'tool_use', id: toolUseId(), name: block.tool, input: block.input }
  })
  const body = JSON.stringify({
    ...messageHead(outgoing),
    content,
    stop_reason: outgoing.stopReason,
    usage: usageOf(outgoing, outputTokens(outgoing)),
  })
  response.writeHead(200, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'request-id': requestId(),
  })
  if (outgoing.cutAfter === undefined) {
    response.end(body)
    return
  }
  response.write(body.slice(0, body.length / 2))
  await cutOff(response)
}

/** Tokens in `characters` of text, by the rule of thumb of four characters a token. */
export function tokensIn(characters: number): number {
  return Math.max(1, Math.ceil(characters / 4))
}

function messageHead({ model }: Outgoing) {
  return {
    id: `msg_drill_${randomBytes(12).toString('hex')}`,
    type: 'message',
    role: 'assistant',
    model,
    stop_sequence: null,
  }
}

/** As with a warm prompt cache: nearly all of the request is read from it. */
function usageOf({ requestCharacters }: Outgoing, output_tokens: number) {
  const all = tokensIn(requestCharacters)
  const written = Math.min(all, 400)
  return {
    input_tokens: Math.min(12, all),
    cache_creation_input_tokens: written,
    cache_read_input_tokens: all - written,
    output_tokens,
    service_tier: 'standard',
  }
}

function outputTokens({ blocks }: Outgoing): number {
  return tokensIn(blocks.reduce((sum, block) => sum + contentOf(block).length, 0))
}

function contentOf(block: Block): string {
  if ('text' in block) return block.text
  return 'thinking' in block ? block.thinking : JSON.stringify(block.input)
}

type Piece = { text: string; wrap: (text: string) => object }

function pieces(block: Block, pace: Pace | undefined): { start: object; deltas: Piece[] } {
  const size = pace?.characters
  if ('text' in block) {
    const wrap = (text: string) => ({ type: 'text_delta', text })
    return {
      start: { type: 'text', text: '' },
      deltas: inPieces(block.text, size).map((text) => ({ text, wrap })),
    }
  }
  if ('thinking' in block) {
    const wrap = (thinking: string) => ({ type: 'thinking_delta', thinking })
    const signed = signature()
    return {
      start: { type: 'thinking', thinking: '', signature: '' },
      deltas: [
        ...inPieces(block.thinking, size).map((text) => ({ text, wrap })),
        { text: '', wrap: () => ({ type: 'signature_delta', signature: signed }) },
      ],
    }
  }
  // Nobody reads an input as it is written, so its pieces are larger.
  const wrap = (partial_json: string) => ({ type: 'input_json_delta', partial_json })
  const json = inPieces(JSON.stringify(block.input), size && size * 8)
  return {
    start: { type: 'tool_use', id: toolUseId(), name: block.tool, input: {} },
    deltas: json.map((text) => ({ text, wrap })),
  }
}

/** By whole code points, since half of a surrogate pair can't be written as UTF-8. */
function inPieces(text: string, size: number | undefined): string[] {
  if (size === undefined) return [text]
  const characters = Array.from(text)
  const result: string[] = []
  for (let at = 0; at < characters.length; at += size) result.push(characters.slice(at, at + size).join(''))
  return result
}

/** Destroys the socket once what was written before has left, so that the client sees the beginning of the answer. */
async function cutOff(response: ServerResponse): Promise<void> {
  await new Promise<void>((flushed) => response.write('\n', () => flushed()))
  response.socket?.destroy()
}

const toolUseId = () => `toolu_drill_${randomBytes(9).toString('hex')}`
const signature = () => randomBytes(48).toString('base64')
