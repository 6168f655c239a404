// A screen without a window: takes a terminal's bytes, tells what stands on it, and gives snapshots for late joiners.
import headless from '@xterm/headless'
import { isAnswerAllowed } from './answers.ts'
import type { Size } from './pty.ts'
import { serialize } from './serialize.ts'
import { createUnfinished } from './unfinished.ts'
import { insideOf } from './xterm-inside.ts'

/** Lines above the screen that are kept: 8–10 MB when they are full. */
export const SCROLLBACK_LINES = 5_000
/** The largest snapshot; a screen that needs more leaves its oldest lines out. */
export const SNAPSHOT_BYTES_MAX = 4 * 1024 * 1024
const FEWER_LINES = [SCROLLBACK_LINES, 1_000, 200, 0] as const

export type Snapshot = Size & {
  /** What, written to an empty terminal of this size, gives the same screen, scrollback, cursor and modes. */
  data: Uint8Array
  /** How many bytes of output it stands for. */
  offset: number
}

export type Screen = {
  /** Takes output. `onParsed` is called when it stands on the screen, in order. */
  write(bytes: Uint8Array, onParsed?: () => void): void
  /** Somebody has typed: the output that comes next is put on the screen at once, not in a moment. */
  expectEcho(): void
  /** Settles when all that was written so far stands on the screen. */
  settled(): Promise<void>
  /** Bytes that stand on the screen. */
  offset(): number
  size(): Size
  resize(size: Size): void
  /** The screen, without scrollback, as text: one string a row, trailing spaces off. Wide characters come once. */
  lines(): string[]
  /** From 0, within the screen. */
  cursor(): { row: number; col: number; hidden: boolean }
  /** Whether the program draws on the alternate screen, and wants pasted text marked. */
  modes(): { alternate: boolean; bracketedPaste: boolean }
  snapshot(): Snapshot
  dispose(): void
}

/**
 * @param onAnswer gets what a program's question is answered with. The screen is always there, so it alone answers,
 * and only harmless questions (see `isAnswerAllowed`); browsers never do
 */
export function createScreen(size: Size, onAnswer: (answer: string) => void = () => {}): Screen {
  const terminal = new headless.Terminal({
    ...size,
    scrollback: SCROLLBACK_LINES,
    allowProposedApi: true,
    logLevel: 'off',
  })
  // Links a program writes are not kept: a snapshot could not carry them, and nobody should follow them from here.
  terminal.parser.registerOscHandler(8, () => true)
  terminal.onData((answer) => {
    if (isAnswerAllowed(answer)) onAnswer(answer)
  })
  const unfinished = createUnfinished()
  let offset = 0
  let kept: Snapshot | null = null

  function draw(): Uint8Array {
    let data = Buffer.alloc(0)
    for (const scrollback of FEWER_LINES) {
      const text = serialize(insideOf(terminal), terminal, scrollback)
      data = Buffer.concat([Buffer.from(text, 'utf8'), unfinished.bytes()])
      if (data.length <= SNAPSHOT_BYTES_MAX) break
    }
    return data
  }

  return {
    write(bytes, onParsed) {
      terminal.write(bytes, () => {
        unfinished.feed(bytes)
        offset += bytes.length
        kept = null
        onParsed?.()
      })
    },
    // xterm's own way: what follows on input of a person is parsed without a pause. It has nothing to send.
    expectEcho: () => terminal.input('', true),
    settled: () => new Promise((resolve) => terminal.write('', resolve)),
    offset: () => offset,
    size: () => ({ cols: terminal.cols, rows: terminal.rows }),
    resize({ cols, rows }) {
      terminal.resize(cols, rows)
      kept = null
    },
    lines() {
      const { active } = terminal.buffer
      return Array.from(
        { length: terminal.rows },
        (_, row) => active.getLine(active.baseY + row)?.translateToString(true) ?? '',
      )
    },
    cursor() {
      const { cursorX, cursorY } = terminal.buffer.active
      return { row: cursorY, col: cursorX, hidden: insideOf(terminal).coreService.isCursorHidden }
    },
    modes: () => ({
      alternate: terminal.buffer.active.type === 'alternate',
      bracketedPaste: terminal.modes.bracketedPasteMode,
    }),
    snapshot() {
      kept ??= { cols: terminal.cols, rows: terminal.rows, data: draw(), offset }
      return kept
    },
    dispose: () => terminal.dispose(),
  }
}
