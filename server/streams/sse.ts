// One SSE answer: bounded, kept alive, dropped when its reader no longer reads.

/** What may wait for a slow reader, in bytes, before live events are left to the replay. */
export const SUBSCRIBER_QUEUE_BYTES = 1024 * 1024
/** A reader that took nothing for this long is dropped, a tick later at most; it comes back and goes on where it was. */
const STALLED_MS = 25_000
const STALL_TICKS = 5
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

/** How often a stream shows that it is alive, and how long a reader may take nothing, in milliseconds. */
type Times = { heartbeatMs: number; stalledMs: number }

export type Streams = ReturnType<typeof createStreams>

/** Keeps all open streams, so that a shutdown can end them. Other times than the console's own are for tests. */
export function createStreams(times: Times = { heartbeatMs: HEARTBEAT_MS, stalledMs: STALLED_MS }) {
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
            finish = feed(controller, start, times, () => open.delete(finish))
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
  { heartbeatMs, stalledMs }: Times,
  onEnd: () => void,
): () => void {
  let ended = false
  let lastPull = performance.now()
  const hasRoom = () => !ended && (controller.desiredSize ?? 0) > 0
  const write = (text: string) => controller.enqueue(encoder.encode(text))
  let source: Source | null = null

  function end(how: 'close' | 'drop' = 'close') {
    if (ended) return
    ended = true
    clearInterval(heartbeat)
    clearInterval(stallWatch)
    source?.close()
    try {
      // What waits for a reader that does not read would keep the connection open: an error ends it at once.
      if (how === 'drop') controller.error(new Error('The reader of this stream has stalled'))
      else controller.close()
    } catch {
      // The client has cancelled it.
    }
    onEnd()
  }

  const heartbeat = setInterval(() => {
    if (hasRoom()) write(': alive\n\n')
  }, heartbeatMs)
  const stallWatch = setInterval(() => {
    if (!hasRoom() && performance.now() - lastPull > stalledMs) end('drop')
  }, stalledMs / STALL_TICKS)

  write(': open\n\n')
  source = start({
    hasRoom,
    send(data, id) {
      if (!ended) write(id === undefined ? `data: ${data}\n\n` : `id: ${id}\ndata: ${data}\n\n`)
    },
    end: () => end(),
  })
  pumps.set(controller, () => {
    lastPull = performance.now()
    if (!ended) source?.pump()
  })
  source.pump()
  return () => end()
}
