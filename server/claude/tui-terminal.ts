// What the TUI engine needs of a terminal, and the two kinds of terminals that give it.
import type { PtyExit, PtyLaunch } from '../terminal/pty.ts'
import type { Terminal } from '../terminal/terminal.ts'
import type { AgentTerminal } from '../terminal/terminals.ts'
import type { ProcessIdentity } from './process-table.ts'
import type { Survivor } from './process-tree.ts'

export type TuiTerminal = {
  /** Of everything that runs in it. */
  readonly marker: string
  readonly identity: ProcessIdentity | null
  /** The screen, one string a row. */
  lines(): string[]
  /** @returns false when nothing was taken */
  write(data: string | Uint8Array): boolean
  onOutput(listener: () => void): void
  readonly exited: Promise<PtyExit>
  end(options: { graceMs: number }): Promise<Survivor[]>
  /** Who has the keyboard: while somebody has, the engine types nothing but Esc. */
  keyboard(): string | null
  /** Who typed last. */
  typist(): string | null
}

/** @param id ours, for the process that runs in it */
export type StartTerminal = (id: string, launch: PtyLaunch) => Promise<TuiTerminal>

/** The size of an agent's terminal until somebody with a keyboard changes it. */
export const TUI_SIZE = { cols: 120, rows: 40 } as const

/** A terminal that nobody watches, as the daemon has. */
export function fromTerminal(terminal: Terminal): TuiTerminal {
  return {
    marker: terminal.id,
    identity: terminal.pty.identity,
    lines: terminal.screen.lines,
    write: terminal.write,
    onOutput: (listener) => void terminal.onOutput(listener),
    exited: terminal.exited,
    end: terminal.end,
    keyboard: () => null,
    typist: () => null,
  }
}

/** A terminal of a session, which operators watch and can type in. */
export function fromAgentTerminal({ terminal, keyboard, onTyped }: AgentTerminal): TuiTerminal {
  let typist: string | null = null
  onTyped((operator) => {
    typist = operator
  })
  return { ...fromTerminal(terminal), keyboard, typist: () => typist }
}
