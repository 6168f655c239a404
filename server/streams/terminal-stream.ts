// The stream of one terminal, as the contract describes it.
import type { Follower, From } from '../terminal/terminal.ts'
import type { Sink, Source } from './sse.ts'

const EMPTY: Source = { pump() {}, close() {} }

/** @param follow connects to the terminal; null when there is nothing to see any more */
export function terminalSource(sink: Sink, follow: (follower: Follower) => Source | null): Source {
  const source = follow({
    hasRoom: sink.hasRoom,
    send(frame, offset) {
      sink.send(JSON.stringify(frame), offset)
      if ('exit_code' in frame) sink.end()
    },
  })
  if (source) return source
  sink.send(JSON.stringify({ exit_code: null, reason: 'It has ended' }))
  sink.end()
  return EMPTY
}

/**
 * Where a client wants to go on: `Last-Event-ID` (sent by EventSource when it reconnects) before `?after=`.
 * @returns null when it is not a whole number from 0 on
 */
export function readOffset(lastEventId: string | null, after: string | null): From | null {
  const given = lastEventId ?? after
  if (given === null) return 'snapshot'
  return /^\d{1,15}$/.test(given) ? Number(given) : null
}
