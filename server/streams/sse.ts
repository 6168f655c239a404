// One SSE answer: bounded, kept alive. A reader that takes nothing more is dropped by the front door.

/** What may wait for a slow reader, in bytes, before live events are left to the replay. */
export const SUBSCRIBER_QUEUE_BYTES = 1024 * 1024
const HEARTBEAT_MS = 15_000

export type Sink = {
  /** Whether there is room for another frame. */
  hasRoom(): boolean
  /** @param id of the frame, for `Last-Event-ID` */
  send(data: string, id?: number): void
  end(): void
}

/** What feeds a sink. `pump` is called when there is room again. */
export type Source = { pump(): void; close(): void }

export type Streams = ReturnType<typeof createStreams>

/** Keeps all open streams, so that a shutdown can end them. */
export function createStreams(heartbeatMs = HEARTBEAT_MS) {
  const open = new Set<() => void>()

  return {
    /**
     * Answers with a stream.
     *
     * @param signal aborted when the client has gone
     * @param start connects the source; called once
     */
    respond(signal: AbortSignal, start: (sink: Sink) => Source): Response {
      let finish = () => {}
      const body = new ReadableStream<Uint8Array>(
        {
          start(controller) {
            finish = feed(controller, start, heartbeatMs, () => open.delete(finish))
            open.add(finish)
            signal.addEventListener('abort', () => finish(), { once: true })
          },
          pull: (controller) => pumps.get(controller)?.(),
          cancel: () => finish(),
        },
        new ByteLengthQueuingStrategy({ highWaterMark: SUBSCRIBER_QUEUE_BYTES }),
      )
      return new Response(body, {
        headers: {
          'content-type': 'text/event-stream; charset=utf-8',
          'cache-control': 'no-cache, no-transform',
          'x-accel-buffering': 'no',
        },
      })
    },
    count: () => open.size,
    closeAll() {
      for (const finish of [...open]) finish()
    },
  }
}

const pumps = new WeakMap<object, () => void>()
const encoder = new TextEncoder()

function feed(
  controller: ReadableStreamDefaultController<Uint8Array>,
  start: (sink: Sink) => Source,
  heartbeatMs: number,
  onEnd: () => void,
): () => void {
  let ended = false
  const hasRoom = () => !ended && (controller.desiredSize ?? 0) > 0
  const write = (text: string) => controller.enqueue(encoder.encode(text))
  let source: Source | null = null

  function end() {
    if (ended) return
    ended = true
    clearInterval(heartbeat)
    source?.close()
    try {
      controller.close()
    } catch {
      // The client has cancelled it.
    }
    onEnd()
  }

  const heartbeat = setInterval(() => {
    if (hasRoom()) write(': alive\n\n')
  }, heartbeatMs)

  write(': open\n\n')
  source = start({
    hasRoom,
    send(data, id) {
      if (!ended) write(id === undefined ? `data: ${data}\n\n` : `id: ${id}\ndata: ${data}\n\n`)
    },
    end,
  })
  pumps.set(controller, () => {
    if (!ended) source?.pump()
  })
  source.pump()
  return end
}
