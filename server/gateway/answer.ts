// Makes the answer that a client gets out of a turn's events: text as it comes, and whole at the end.
import type { StreamEvent } from '../../lib/events.ts'

export type ContentFrame =
  | { type: 'content_block_start'; index: number; content_block: { type: 'text'; text: '' } }
  | { type: 'content_block_delta'; index: number; delta: { type: 'text_delta'; text: string } }
  | { type: 'content_block_stop'; index: number }

export type TextBlock = { type: 'text'; text: string }

export type Answer = {
  /** Takes the next event of the turn; the terminal one is not for here. */
  feed(event: StreamEvent): void
  /** Sends what is held back and ends the last block. @param fallback said where the turn had no text of its own */
  finish(fallback: string): void
  /** What was sent until now. */
  content(): TextBlock[]
  /** Of the last answer of the model, as the transcript names it. */
  lastMessageId(): string | null
}

type Block = { messageId: string; text: string; settled: number }

/**
 * One content block for each answer of the model that says something, in order. The tools between them, thinking and
 * the words of subagents are not for the client.
 *
 * A stream that the model's API has cut off is asked for anew by the CLI, and says its beginning once more: what is the
 * same is not sent twice, and where it differs a new block begins. A text that comes whole, without having been streamed,
 * waits for what follows: it may be the CLI's own word on a failure.
 */
export function createAnswer(onFrame: (frame: ContentFrame) => void): Answer {
  const blocks: Block[] = []
  let repeated: { messageId: string; text: string } | null = null
  let waiting: { messageId: string; text: string } | null = null
  let lastMessageId: string | null = null

  function begin(messageId: string) {
    stop()
    blocks.push({ messageId, text: '', settled: 0 })
    const index = blocks.length - 1
    onFrame({ type: 'content_block_start', index, content_block: { type: 'text', text: '' } })
  }

  function send(text: string) {
    const block = blocks.at(-1)
    if (!block || text === '') return
    block.text += text
    onFrame({ type: 'content_block_delta', index: blocks.length - 1, delta: { type: 'text_delta', text } })
  }

  function stop() {
    if (blocks.length > 0) onFrame({ type: 'content_block_stop', index: blocks.length - 1 })
  }

  function takePartial(messageId: string, text: string) {
    const current = blocks.at(-1)
    if (current?.messageId === messageId) return send(text)
    if (repeated?.messageId !== messageId) {
      const isUnsettled = current !== undefined && current.settled < current.text.length
      repeated = isUnsettled ? { messageId, text: '' } : null
    }
    if (!repeated || !current) {
      begin(messageId)
      return send(text)
    }
    repeated.text += text
    const said = repeated.text
    if (current.text.startsWith(said)) return
    repeated = null
    if (said.startsWith(current.text)) {
      current.messageId = messageId
      send(said.slice(current.text.length))
    } else {
      begin(messageId)
      send(said)
    }
  }

  function takeWhole(messageId: string, text: string) {
    lastMessageId = messageId
    const current = blocks.at(-1)
    if (repeated?.messageId === messageId && current) {
      repeated = null
      if (text.startsWith(current.text)) current.messageId = messageId
    }
    const block = blocks.findLast((each) => each.messageId === messageId)
    if (!block) {
      waiting = { messageId, text }
      return
    }
    const sent = block.text.slice(block.settled)
    if (sent.startsWith(text)) block.settled += text.length
    else if (block === current && text.startsWith(sent)) {
      send(text.slice(sent.length))
      block.settled = block.text.length
    } else sendWhole(messageId, text)
  }

  function sendWhole(messageId: string, text: string) {
    begin(messageId)
    send(text)
    const block = blocks.at(-1)
    if (block) block.settled = block.text.length
  }

  function flush() {
    if (!waiting) return
    const { messageId, text } = waiting
    waiting = null
    sendWhole(messageId, text)
  }

  return {
    feed(event) {
      if (event.kind !== 'text' && event.kind !== 'tool') return
      if (event.parent_tool_use_id !== undefined) return
      flush()
      if (event.kind === 'tool') return
      if (event.thinking) {
        if (!event.partial) lastMessageId = event.message_id
        return
      }
      if (event.text === '') return
      if (event.partial) takePartial(event.message_id, event.text)
      else takeWhole(event.message_id, event.text)
    },
    finish(fallback) {
      flush()
      if (blocks.length === 0 && fallback !== '') sendWhole('result', fallback)
      stop()
    },
    content: () => blocks.map(({ text }) => ({ type: 'text', text })),
    lastMessageId: () => lastMessageId,
  }
}
