// Types a prompt into a TUI's input box: pasted, submitted by an Enter of its own, confirmed.
import { setTimeout as sleep } from 'node:timers/promises'
import { createBell } from './bell.ts'
import type { ScreenReading } from './tui-screen.ts'

export type PromptTyping = {
  /** Settles when the CLI has taken the prompt (null), or with the reason why it did not. Never rejects. */
  done: Promise<string | null>
  /** Something may have changed. */
  wake(): void
  /** Whether the input box is not free yet, so that nothing was typed. */
  isWaiting(): boolean
  /** The turn is to end before the prompt was taken. */
  stop(): void
}

/** Looked at this often, whatever happens. */
const LOOK_MS = 25
/** A pasted prompt stands in the box after 20–150 ms; without that the Enter is sent all the same. */
const ECHO_MS = 1_500
/** Without a request or a record after this long the Enter has got lost, and is sent once more. */
const RETRY_MS = 1_500
/** When it was sent twice and nothing has come of it after this long, the TUI does not take the prompt. */
const GIVE_UP_MS = 10_000
const CHUNK_BYTES = 16 * 1024
const CHUNK_PAUSE_MS = 5

const PASTE_START = '\u001b[200~'
const PASTE_END = '\u001b[201~'

/**
 * @param tui.isFree whether the input box takes a prompt
 * @param tui.reading what the screen shows
 * @param tui.isConfirmed whether the wire or the transcript has shown that the CLI works on the prompt
 * @param tui.hasEnded whether nobody waits for it any more
 */
export function typePrompt(
  text: string,
  tui: {
    terminal: { write(data: string | Uint8Array): boolean }
    isFree(): boolean
    reading(): ScreenReading
    isConfirmed(): boolean
    hasEnded(): boolean
  },
): PromptTyping {
  const { terminal, isFree, reading, isConfirmed, hasEnded } = tui
  const bell = createBell()
  let stopped = false
  let waiting = true
  const isOver = () => stopped || hasEnded() || isConfirmed()

  async function until(isTrue: () => boolean, ms: number): Promise<boolean> {
    const giveUpAt = performance.now() + ms
    while (!isTrue()) {
      if (isOver() || performance.now() > giveUpAt) return false
      await bell.wait(LOOK_MS)
    }
    return true
  }

  async function type(): Promise<string | null> {
    // A menu that is up, or words that somebody has left in the box, are waited out: the turn's own clocks end it.
    if (!(await until(isFree, Number.POSITIVE_INFINITY))) return null
    waiting = false
    await write(`${PASTE_START}${pasteable(text)}${PASTE_END}`)
    // Enter in the same burst as the paste is taken for a part of it (measured, 2.1.197).
    await until(() => reading().input !== '', ECHO_MS)
    await write('\r')
    await until(isConfirmed, RETRY_MS)
    const { state, input } = reading()
    if (!isOver() && state === 'idle' && input !== '') await write('\r')
    await until(isConfirmed, GIVE_UP_MS)
    return isOver() ? null : `The TUI did not take the prompt within ${(RETRY_MS + GIVE_UP_MS) / 1000} s`
  }

  /** In pieces, since the terminal's buffer is bounded. */
  async function write(data: string) {
    const bytes = Buffer.from(data, 'utf8')
    for (let at = 0; at < bytes.length && !stopped; ) {
      const chunk = bytes.subarray(at, at + CHUNK_BYTES)
      if (terminal.write(chunk)) at += chunk.length
      else if (hasEnded()) return
      else await sleep(CHUNK_PAUSE_MS)
    }
  }

  return {
    done: type().catch((error: unknown) => (error instanceof Error ? error.message : String(error))),
    wake: bell.ring,
    isWaiting: () => waiting,
    stop() {
      stopped = true
      bell.ring()
    },
  }
}

/**
 * The text as a terminal pastes it: without the sequence that would end the paste, and with no control characters
 * but tabs and line ends, which a terminal would act on. After a backslash the TUI takes Enter for a new line
 * (measured, 2.1.197): a space keeps the two apart.
 */
export function pasteable(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replaceAll('\r', '\n')
    .replace(/\p{Cc}/gu, (control) => (control === '\n' || control === '\t' ? control : ''))
    .replace(/\\$/, '\\ ')
}
