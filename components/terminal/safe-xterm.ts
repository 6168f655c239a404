import type { ITerminalOptions, Terminal } from '@xterm/xterm'

/** As many lines as the server keeps. */
const SCROLLBACK_LINES = 5000

/** The same in both themes: programs choose their colours for a dark terminal. */
export const TERMINAL_THEME = {
  background: '#0b0d10',
  foreground: '#e6e9ee',
  cursor: '#7ab4ff',
  cursorAccent: '#08111d',
  selectionBackground: '#2f4a6d',
  black: '#2c323c',
  red: '#ff7b72',
  green: '#57d08a',
  yellow: '#f2b84b',
  blue: '#7ab4ff',
  magenta: '#c3a6ff',
  cyan: '#5fd0d6',
  white: '#c9d0da',
  brightBlack: '#868f9d',
  brightRed: '#ffa39c',
  brightGreen: '#86e3ad',
  brightYellow: '#ffd58a',
  brightBlue: '#a6cdff',
  brightMagenta: '#dccbff',
  brightCyan: '#93e3e7',
  brightWhite: '#ffffff',
}

/**
 * An xterm that shows and does nothing else: whatever a program prints, no title is set, no clipboard written, no link
 * made, and no question answered (the server's screen answers, once). Nothing is typed until somebody wires `onData`.
 */
export async function createSafeXterm(host: HTMLElement, options: ITerminalOptions = {}): Promise<Terminal> {
  const { Terminal } = await import('@xterm/xterm')
  const terminal = new Terminal({
    scrollback: SCROLLBACK_LINES,
    fontFamily: getComputedStyle(host).fontFamily,
    fontSize: 13,
    lineHeight: 1.25,
    theme: TERMINAL_THEME,
    minimumContrastRatio: 4.5,
    cursorBlink: false,
    disableStdin: true,
    logLevel: 'off',
    linkHandler: null,
    ...options,
  })
  const { parser } = terminal
  const swallow = () => true
  for (const prefix of ['', '>', '='])
    parser.registerCsiHandler(prefix ? { prefix, final: 'c' } : { final: 'c' }, swallow)
  parser.registerCsiHandler({ final: 'n' }, swallow)
  parser.registerCsiHandler({ prefix: '?', final: 'n' }, swallow)
  parser.registerCsiHandler({ intermediates: '$', final: 'p' }, swallow)
  parser.registerCsiHandler({ prefix: '?', intermediates: '$', final: 'p' }, swallow)
  parser.registerCsiHandler({ prefix: '>', final: 'q' }, swallow)
  parser.registerCsiHandler({ final: 't' }, swallow)
  parser.registerDcsHandler({ intermediates: '$', final: 'q' }, swallow)
  parser.registerDcsHandler({ intermediates: '+', final: 'q' }, swallow)
  // Titles, colours of the page's own, links, and the clipboard.
  for (const code of [0, 1, 2, 4, 8, 10, 11, 12, 52, 104, 110, 111, 112])
    parser.registerOscHandler(code, swallow)
  terminal.open(host)
  return terminal
}
