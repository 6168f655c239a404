import type { Problem } from '../../lib/api.ts'
import { TERMINAL_INPUT_MAX_BYTES } from '../../lib/terminal-api.ts'
import { api } from '../api.ts'

/** What may wait to be sent: a paste of this size. More is refused at once. */
export const INPUT_WAITING_MAX = 512 * 1024
const PIECE = TERMINAL_INPUT_MAX_BYTES / 4
const NOT_READING_MS = 250

/**
 * Sends what is typed in order: one request at a time, with everything that was typed meanwhile.
 * @param onRefused what was waiting is dropped: keys must not arrive after their moment
 */
export function createInputQueue(id: string, onRefused: (problem: Problem) => void) {
  let waiting = ''
  let sending = false
  let closed = false

  async function send(): Promise<void> {
    if (sending) return
    sending = true
    while (waiting !== '' && !closed) {
      const piece = cut(waiting)
      const answer = await api('POST', `/api/terminals/${id}/input`, { data: piece })
      if (answer.ok) waiting = waiting.slice(piece.length)
      else if (answer.problem.code === 'not_reading')
        await new Promise((go) => setTimeout(go, NOT_READING_MS))
      else {
        waiting = ''
        onRefused(answer.problem)
      }
    }
    sending = false
  }

  return {
    /** @returns false when it is too much */
    type(text: string): boolean {
      if (closed || waiting.length + text.length > INPUT_WAITING_MAX) return false
      waiting += text
      void send()
      return true
    },
    close(): void {
      closed = true
      waiting = ''
    },
  }
}

/** A piece that is within the limit in UTF-8 whatever it holds, and splits no character. */
function cut(text: string): string {
  const last = text.charCodeAt(PIECE - 1)
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? PIECE - 1 : PIECE)
}
