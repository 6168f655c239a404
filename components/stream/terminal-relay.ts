import type { SharedFrame } from '../../lib/api.ts'
import type { TerminalFrame } from '../../lib/terminal-api.ts'

export type FrameOfTerminal = Extract<SharedFrame, { terminal: string }>

type Entry<Tab> = {
  tabs: Set<Tab>
  /** Bytes of output that have come; null before the first word of it. */
  offset: number | null
  /** What a tab that joins has to know: it fetches the screen itself, and goes on from there. */
  facts: { cols: number; rows: number; keyboard: string | null } | null
  end: TerminalFrame | null
}

/** The terminals that tabs follow. Their bytes are passed on and not kept. */
export function createTerminalRelay<Tab>(send: (tab: Tab, frame: FrameOfTerminal) => void) {
  const terminals = new Map<string, Entry<Tab>>()

  return {
    ids: () => [...terminals.keys()],
    /** For the address of the stream: what is wanted, and from where. */
    query: () =>
      [...terminals].map(([id, { offset }]) => `term=${encodeURIComponent(id)}:${offset ?? 'now'}`),
    /** @returns whether the stream has to be asked anew */
    want(tab: Tab, terminal: string): boolean {
      const entry = terminals.get(terminal) ?? { tabs: new Set(), offset: null, facts: null, end: null }
      entry.tabs.add(tab)
      if (entry.facts)
        send(tab, { terminal, offset: entry.offset ?? 0, frame: { attached: true, ...entry.facts } })
      if (entry.end) send(tab, { terminal, offset: entry.offset ?? 0, frame: entry.end })
      const isNew = !terminals.has(terminal)
      terminals.set(terminal, entry)
      return isNew
    },
    drop(tab: Tab, terminal: string): void {
      terminals.get(terminal)?.tabs.delete(tab)
    },
    /** Lets go what no tab wants any more. */
    tidy(): void {
      for (const [id, { tabs }] of terminals) if (tabs.size === 0) terminals.delete(id)
    },
    /** Nothing that one login has seen goes on for the next. */
    reset(): void {
      for (const entry of terminals.values()) Object.assign(entry, { offset: null, facts: null })
    },
    /** @returns the tabs that want the frame */
    take({ terminal, offset, frame }: FrameOfTerminal): Iterable<Tab> {
      const entry = terminals.get(terminal)
      if (!entry) return []
      entry.offset = offset
      if ('exit_code' in frame) entry.end = frame
      else if ('cols' in frame) {
        const keyboard = 'keyboard' in frame ? frame.keyboard : (entry.facts?.keyboard ?? null)
        entry.facts = { cols: frame.cols, rows: frame.rows, keyboard }
      } else if ('keyboard' in frame && entry.facts) entry.facts.keyboard = frame.keyboard
      return entry.tabs
    },
  }
}
