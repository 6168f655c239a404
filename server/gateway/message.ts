// The answer as the Messages API writes it: one JSON message, or the same as server-sent events.
import { randomUUID } from 'node:crypto'
import type { Usage } from '../../lib/events.ts'
import type { ContentFrame } from './answer.ts'
import { type ApiError, errorBody } from './api-error.ts'
import type { TurnEnd } from './pool-turn.ts'

/** While nothing is said, so that proxies keep the connection. */
const PING_MS = 15_000
/** A client that lets so much lie unread is taken for gone. */
export const STREAM_QUEUE_BYTES = 16 * 1024 * 1024

export const newMessageId = () => `msg_${randomUUID().replaceAll('-', '')}`
export const newRequestId = () => `req_${randomUUID().replaceAll('-', '')}`

/** A message as JSON. Numbers of tokens that the driver can't know are 0. */
export function wholeMessage(id: string, model: string, { content, stopReason, usage }: TurnEnd) {
  return { ...head(id, model), content, stop_reason: stopReason, usage: usageOf(usage) }
}

export type MessageStream = {
  body: ReadableStream<Uint8Array>
  begin(): void
  frame(frame: ContentFrame): void
  end(end: TurnEnd): void
  /** After the beginning an error is an event: the status has gone out. */
  fail(error: ApiError, requestId: string): void
}

/** @param onGone called when the client no longer reads */
export function createMessageStream(id: string, model: string, onGone: () => void): MessageStream {
  const encoder = new TextEncoder()
  let controller: ReadableStreamDefaultController<Uint8Array> | null = null
  let pings: NodeJS.Timeout | undefined

  const body = new ReadableStream<Uint8Array>(
    {
      start(own) {
        controller = own
      },
      cancel() {
        close()
        onGone()
      },
    },
    new ByteLengthQueuingStrategy({ highWaterMark: STREAM_QUEUE_BYTES }),
  )

  function send(event: { type: string }) {
    if (!controller) return
    controller.enqueue(encoder.encode(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`))
    if ((controller.desiredSize ?? 0) > 0) return
    controller.error(new Error('The client does not read'))
    close()
    onGone()
  }

  function close() {
    clearInterval(pings)
    controller = null
  }

  function finish() {
    const open = controller
    close()
    open?.close()
  }

  return {
    body,
    begin() {
      const message = { ...head(id, model), content: [], stop_reason: null, usage: usageOf(null) }
      send({ type: 'message_start', message } as { type: string })
      send({ type: 'ping' })
      pings = setInterval(() => send({ type: 'ping' }), PING_MS)
    },
    frame: send,
    end({ stopReason, usage }) {
      const delta = { stop_reason: stopReason, stop_sequence: null }
      send({ type: 'message_delta', delta, usage: usageOf(usage) } as { type: string })
      send({ type: 'message_stop' })
      finish()
    },
    fail(error, requestId) {
      send(errorBody(error.type, error.message, requestId))
      finish()
    },
  }
}

function head(id: string, model: string) {
  return { id, type: 'message', role: 'assistant', model, stop_sequence: null } as const
}

function usageOf(usage: Usage | null) {
  return {
    input_tokens: usage?.input_tokens ?? 0,
    cache_creation_input_tokens: usage?.cache_creation_input_tokens ?? 0,
    cache_read_input_tokens: usage?.cache_read_input_tokens ?? 0,
    output_tokens: usage?.output_tokens ?? 0,
  }
}
