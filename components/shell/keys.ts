import { getPreference } from '../preferences.ts'

export type KeyLine = { keys: string[]; does: string; single?: boolean }

/** Every key the console listens to, as the key map shows it. */
export const KEY_MAP: { title: string; lines: KeyLine[] }[] = [
  {
    title: 'Everywhere',
    lines: [
      { keys: ['Ctrl', 'K'], does: 'Find a place or a session (⌘ K on a Mac)' },
      { keys: ['g', 'n'], does: 'Go to Now and write', single: true },
      { keys: ['g', 's'], does: 'Go to the sessions', single: true },
      { keys: ['/'], does: 'Search the sessions', single: true },
      { keys: ['?'], does: 'Show these keys', single: true },
    ],
  },
  {
    title: 'In a session',
    lines: [
      { keys: ['Enter'], does: 'Send, or queue while a turn runs' },
      { keys: ['Shift', 'Enter'], does: 'Break the line' },
      { keys: ['Esc'], does: 'Stop the turn' },
      { keys: ['j'], does: 'Next event', single: true },
      { keys: ['k'], does: 'Previous event', single: true },
      { keys: ['o'], does: 'Open or fold it', single: true },
      { keys: [']'], does: 'Next change', single: true },
      { keys: ['['], does: 'Previous change', single: true },
      { keys: ['G'], does: 'Jump to the latest', single: true },
      { keys: ['t'], does: 'Go to the terminals', single: true },
      { keys: ['Ctrl', 'Shift', 'Esc'], does: 'Leave a terminal' },
    ],
  },
]

/** Whether a shortcut of a single key may act now: switched on, and nobody types or answers a dialog. */
export function singleKeysLive(event: KeyboardEvent): boolean {
  if (event.isComposing || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return false
  if (getPreference('keys') === 'off' || document.querySelector('dialog[open]')) return false
  const target = event.target instanceof Element ? event.target : null
  return !target?.closest('input, textarea, select, [contenteditable], [role="textbox"], .xterm')
}

const PALETTE = 'breakglass:palette'
const MAP = 'breakglass:keys'

export function openPalette(): void {
  dispatchEvent(new Event(PALETTE))
}

export function openKeyMap(): void {
  dispatchEvent(new Event(MAP))
}

/** Listens to the two requests above; returns how to stop. */
export function onOpen(open: { palette: () => void; keyMap: () => void }): () => void {
  addEventListener(PALETTE, open.palette)
  addEventListener(MAP, open.keyMap)
  return () => {
    removeEventListener(PALETTE, open.palette)
    removeEventListener(MAP, open.keyMap)
  }
}

const KILL = 'breakglass:kill'

export function openKill(): void {
  dispatchEvent(new Event(KILL))
}

/** Listens to the request above; returns how to stop. */
export function onOpenKill(open: () => void): () => void {
  addEventListener(KILL, open)
  return () => removeEventListener(KILL, open)
}
