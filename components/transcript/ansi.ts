/** Colours of the palette that stand in for a terminal's: the page's contrast holds whatever a program asks for. */
export type AnsiColor = 'faint' | 'error' | 'ok' | 'warn' | 'accent' | 'running' | 'text'
export type AnsiSpan = {
  text: string
  color: AnsiColor | null
  background: AnsiColor | null
  bold: boolean
  dim: boolean
  underline: boolean
}
type Style = Omit<AnsiSpan, 'text'>

const PLAIN: Style = { color: null, background: null, bold: false, dim: false, underline: false }
const BASE: AnsiColor[] = ['faint', 'error', 'ok', 'warn', 'accent', 'running', 'accent', 'text']
/** Control sequences of the CSI kind: `ESC [ parameters intermediates final`. */
const CSI = new RegExp(`${String.fromCharCode(27)}\\[([0-?]*)[ -/]*([@-~])`, 'g')

/**
 * Text with its terminal colours, as spans for the page; nothing in it becomes markup. Other CSI sequences only move
 * a cursor and are left out; whatever else is no text stays, for the caller to make visible. What a carriage return
 * has overwritten is dropped, as a terminal would.
 */
export function parseAnsi(text: string): AnsiSpan[] {
  const spans: AnsiSpan[] = []
  let style = PLAIN
  let from = 0
  const source = dropOverwritten(text)
  const add = (part: string) => {
    if (part !== '') spans.push({ ...style, text: part })
  }
  for (const match of source.matchAll(CSI)) {
    add(source.slice(from, match.index))
    from = match.index + match[0].length
    if (match[2] === 'm') style = applySgr(style, match[1] ?? '')
  }
  add(source.slice(from))
  return spans
}

/** The text without its colours: for copying. */
export function stripAnsi(text: string): string {
  return dropOverwritten(text).replace(CSI, '')
}

function dropOverwritten(text: string): string {
  if (!text.includes('\r')) return text
  return text
    .split('\n')
    .map((line) => {
      const kept = line.replace(/\r+$/, '')
      return kept.slice(kept.lastIndexOf('\r') + 1)
    })
    .join('\n')
}

function applySgr(style: Style, parameters: string): Style {
  const codes = parameters.split(/[;:]/).map((code) => (code === '' ? 0 : Number(code)))
  let next = style
  for (let at = 0; at < codes.length; at += 1) {
    const code = codes[at] ?? 0
    if (code === 38 || code === 48) {
      const [color, used] = extendedColor(codes.slice(at + 1))
      at += used
      next = { ...next, [code === 38 ? 'color' : 'background']: color }
    } else next = applyCode(next, code)
  }
  return next
}

function applyCode(style: Style, code: number): Style {
  if (code === 0) return PLAIN
  if (code === 1) return { ...style, bold: true }
  if (code === 2) return { ...style, dim: true }
  if (code === 4) return { ...style, underline: true }
  if (code === 22) return { ...style, bold: false, dim: false }
  if (code === 24) return { ...style, underline: false }
  if (code === 39) return { ...style, color: null }
  if (code === 49) return { ...style, background: null }
  const tens = Math.floor(code / 10)
  const color = BASE[code % 10] ?? null
  if (tens === 3 || tens === 9) return { ...style, color }
  if (tens === 4 || tens === 10) return { ...style, background: color }
  return style
}

/** `5;N` of the 256 colours or `2;R;G;B`. @returns the colour and how many codes it took */
function extendedColor(codes: number[]): [AnsiColor | null, number] {
  if (codes[0] === 2) return [nearest(codes[1] ?? 0, codes[2] ?? 0, codes[3] ?? 0), 4]
  if (codes[0] !== 5) return [null, 1]
  const index = codes[1] ?? 0
  if (index < 16) return [BASE[index % 8] ?? null, 2]
  if (index > 231) return [index < 244 ? 'faint' : 'text', 2]
  const cube = index - 16
  const step = (n: number) => n * 51
  return [nearest(step(Math.floor(cube / 36)), step(Math.floor(cube / 6) % 6), step(cube % 6)), 2]
}

function nearest(r: number, g: number, b: number): AnsiColor {
  const high = Math.max(r, g, b)
  if (high - Math.min(r, g, b) < 40) return high < 110 ? 'faint' : 'text'
  if (r >= g && r >= b) return b > g + 40 ? 'running' : g > r * 0.55 ? 'warn' : 'error'
  if (g >= b) return r > g * 0.75 ? 'warn' : 'ok'
  return r > g + 20 ? 'running' : 'accent'
}
