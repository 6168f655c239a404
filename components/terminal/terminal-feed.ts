import type { SharedFrame } from '../../lib/api.ts'
import type { TerminalSnapshot } from '../../lib/terminal-api.ts'
import { api } from '../api.ts'
import type { StreamClient } from '../stream/client.ts'

/** What may come while the screen is fetched; more, and it is fetched anew. */
const WAITING_FRAMES_MAX = 1000
const RETRY_MS = 1000

type Frame = Extract<SharedFrame, { terminal: string }>
export type FeedEnd = { exit_code: number | null; reason: string | null }

export type FeedTarget = {
  /** Begin again with an empty terminal of this size, and write this. */
  onScreen: (size: { cols: number; rows: number }, bytes: Uint8Array) => void
  onBytes: (bytes: Uint8Array) => void
  onSize: (size: { cols: number; rows: number }) => void
  onKeyboard: (operator: string | null) => void
  onEnd: (end: FeedEnd) => void
}

/**
 * Follows a terminal over the stream that all tabs share: a screen first, then every byte once and in order.
 * @returns how to stop
 */
export function followTerminal(id: string, client: StreamClient, target: FeedTarget): () => void {
  /** Bytes of output that the target has; null while its screen is awaited. */
  let offset: number | null = null
  let fetching = false
  let stopped = false
  let waiting: Frame[] = []

  async function fetchScreen(): Promise<void> {
    if (fetching || stopped) return
    fetching = true
    const answer = await api<TerminalSnapshot>('GET', `/api/terminals/${id}/snapshot`)
    fetching = false
    if (stopped) return
    if (!answer.ok) {
      if (answer.problem.status === 404) target.onEnd({ exit_code: null, reason: null })
      else setTimeout(fetchScreen, RETRY_MS)
      return
    }
    const { snapshot, cols, rows, keyboard } = answer.data
    target.onScreen({ cols, rows }, decode(snapshot))
    target.onKeyboard(keyboard)
    offset = answer.data.offset
    for (const frame of waiting.splice(0)) take(frame)
  }

  function take(frame: Frame): void {
    const { frame: said } = frame
    if ('snapshot' in said) {
      target.onScreen(said, decode(said.snapshot))
      target.onKeyboard(said.keyboard)
      offset = frame.offset
    } else if (offset === null) {
      if (waiting.length >= WAITING_FRAMES_MAX) waiting = []
      waiting.push(frame)
      void fetchScreen()
    } else if ('data' in said) takeBytes(decode(said.data), frame.offset)
    else if ('exit_code' in said) target.onEnd(said)
    else {
      if ('cols' in said) target.onSize(said)
      if ('keyboard' in said) target.onKeyboard(said.keyboard)
    }
  }

  function takeBytes(bytes: Uint8Array, end: number): void {
    if (offset === null || end <= offset) return
    const begin = end - bytes.length
    if (begin > offset) {
      // Something was missed: the screen tells what has come of it.
      offset = null
      void fetchScreen()
      return
    }
    target.onBytes(bytes.subarray(offset - begin))
    offset = end
  }

  const stopListening = client.listen({
    onFrames(frames) {
      for (const frame of frames) if ('terminal' in frame && frame.terminal === id) take(frame)
    },
  })
  const stopWanting = client.wantTerminal(id)
  return () => {
    stopped = true
    stopListening()
    stopWanting()
  }
}

function decode(base64: string): Uint8Array {
  const text = atob(base64)
  const bytes = new Uint8Array(text.length)
  for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at)
  return bytes
}
