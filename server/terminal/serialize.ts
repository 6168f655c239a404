// Writes a screen as the bytes that draw it again on an empty terminal of the same size: scrollback, cells, cursor, modes.
// The serialize addon of xterm loses underline styles, bold next to dim, origin mode, regions and saved cursors.
import { PLAIN, sameLook, sgr } from './sgr.ts'
import {
  type Buffer,
  backgroundAt,
  type Charset,
  charsAt,
  type Inside,
  type Line,
  lookAt,
  lookOf,
  widthAt,
} from './xterm-inside.ts'

/** @param scrollback lines above the screen to keep, of the normal buffer */
export function serialize(inside: Inside, size: { cols: number; rows: number }, scrollback: number): string {
  const { normal, alt } = inside.buffers
  const { buffer } = inside
  const isAlternate = buffer === alt
  const parts = [rowsOf(normal, Math.max(0, normal.ybase - scrollback), size.cols)]
  if (isAlternate) {
    parts.push(tabStops(normal, size.cols), region(normal, size.rows))
    parts.push(
      sgr(lookOf(normal.savedCurAttrData)),
      cursorTo(normal.y, normal.x),
      '\x1b[?1049h\x1b[0m\x1b[2J\x1b[H',
    )
    parts.push(rowsOf(alt, 0, size.cols))
  }
  parts.push(savedCursor(buffer), tabStops(buffer, size.cols), region(buffer, size.rows))
  parts.push(inside.coreService.decPrivateModes.origin ? '\x1b[?6h' : '')
  const [place, last] = cursor(inside, size.cols)
  parts.push(place, modes(inside), charsets(inside), last)
  return parts.join('')
}

function rowsOf({ lines }: Buffer, from: number, cols: number): string {
  const parts: string[] = []
  for (let row = from; row < lines.length; row += 1) {
    const line = lines.get(row)
    if (!line) continue
    parts.push(rowOf(line, 0, cols))
    // Behind the last line the ring of lines begins again.
    const next = row + 1 < lines.length ? lines.get(row + 1) : undefined
    if (next) parts.push(next.isWrapped ? wrap(line, next, cols) : '\r\n')
  }
  return parts.join('')
}

/** The cells of one row from a column on; leaves the look plain and the cursor behind the last character. */
function rowOf(line: Line, from: number, cols: number): string {
  let text = ''
  let look = PLAIN
  let skipped = 0
  for (let col = from; col < cols; col += 1) {
    if (widthAt(line, col) === 0 && col > 0 && widthAt(line, col - 1) === 2) continue
    const chars = charsAt(line, col)
    if (chars === '') {
      const background = backgroundAt(line, col)
      if (background !== 0) {
        const run = erasedRun(line, col, cols, background)
        text += `${forward(skipped)}${sgr({ ...PLAIN, bg: background })}\x1b[${run}X`
        look = { ...PLAIN, bg: background }
        skipped = run
        col += run - 1
      } else skipped += 1
      continue
    }
    text += forward(skipped)
    skipped = 0
    const wanted = lookAt(line, col)
    if (!sameLook(look, wanted)) text += sgr(wanted)
    look = wanted
    text += chars
  }
  return sameLook(look, PLAIN) ? text : `${text}\x1b[0m`
}

function erasedRun(line: Line, from: number, cols: number, background: number): number {
  let to = from
  while (
    to < cols &&
    charsAt(line, to) === '' &&
    widthAt(line, to) === 1 &&
    backgroundAt(line, to) === background
  )
    to += 1
  return Math.max(1, to - from)
}

/**
 * Goes to the next row so that the terminal takes it for the rest of a long line: only a character that finds no room does that.
 * It is written plain, for a row that is scrolled in takes the background of the moment.
 */
function wrap(line: Line, next: Line, cols: number): string {
  const clean = charsAt(next, 0) === '' ? '\r\x1b[X' : '\r'
  const last = cols - 1
  const isFull = charsAt(line, last) !== '' || (widthAt(line, last) === 0 && widthAt(line, last - 1) === 2)
  if (isFull) return `x${clean}`
  const restored = `${sgr({ ...PLAIN, bg: backgroundAt(line, last) })}\x1b[X\x1b[0m`
  return `\x1b[${cols}Gxx\x1b[A\x1b[${cols}G${restored}\x1b[B${clean}`
}

function savedCursor({ savedX, savedY, ybase, savedCurAttrData, savedCharset }: Buffer): string {
  const look = lookOf(savedCurAttrData)
  const row = Math.max(0, savedY - ybase)
  const draws = drawsLines(savedCharset)
  if (savedX === 0 && row === 0 && sameLook(look, PLAIN) && !draws) return ''
  const saved = `${cursorTo(row, savedX)}${sgr(look)}`
  return draws ? `${saved}\x1b(0\x1b7\x1b(B\x1b[0m` : `${saved}\x1b7\x1b[0m`
}

function tabStops({ tabs }: Buffer, cols: number): string {
  const columns = Array.from({ length: cols }, (_, col) => col)
  if (columns.every((col) => Boolean(tabs[col]) === (col % 8 === 0))) return ''
  return `\x1b[3g${columns
    .filter((col) => tabs[col])
    .map((col) => `\x1b[${col + 1}G\x1bH`)
    .join('')}`
}

function region({ scrollTop, scrollBottom }: Buffer, rows: number): string {
  return scrollTop === 0 && scrollBottom === rows - 1 ? '' : `\x1b[${scrollTop + 1};${scrollBottom + 1}r`
}

/**
 * Where the cursor goes, and what is written there last of all. A character is written again where the next one depends on it:
 * it may be a part of it (an accent), or find no room behind it (and wrap).
 */
function cursor(inside: Inside, cols: number): [place: string, last: string] {
  const { x, y, ybase, lines, scrollTop } = inside.buffer
  const row = inside.coreService.decPrivateModes.origin ? y - scrollTop : y
  const look = lookOf(inside._inputHandler._curAttrData)
  const line = lines.get(ybase + y)
  const joins = inside._inputHandler._parser.precedingJoinState !== 0
  if (!line || (x < cols && !joins)) return [cursorTo(row, x), sgr(look)]
  const start = x > 1 && widthAt(line, x - 1) === 0 ? x - 2 : x - 1
  const chars = start < 0 ? '' : charsAt(line, start)
  if (chars === '') return [cursorTo(row, Math.min(x, cols - 1)), sgr(look)]
  // Where characters are inserted, the old one has to make way.
  const way = inside.coreService.modes.insertMode ? `\x1b[${widthAt(line, start)}P` : ''
  const again = joins ? sgr(look) + chars : sgr(lookAt(line, start)) + chars + sgr(look)
  return [cursorTo(row, start), way + again]
}

const MOUSE: Readonly<Record<string, string>> = { X10: '9', VT200: '1000', DRAG: '1002', ANY: '1003' }
const MOUSE_ENCODING: Readonly<Record<string, string>> = { SGR: '1006', SGR_PIXELS: '1016' }
const CURSOR_STYLE = { block: 1, underline: 3, bar: 5 } as const

function modes({ coreService, coreMouseService: mouse }: Inside): string {
  const { decPrivateModes: set } = coreService
  const protocol = MOUSE[mouse.activeProtocol]
  const encoding = MOUSE_ENCODING[mouse.activeEncoding]
  return [
    set.applicationCursorKeys ? '\x1b[?1h' : '',
    set.applicationKeypad ? '\x1b=' : '',
    set.bracketedPasteMode ? '\x1b[?2004h' : '',
    set.reverseWraparound ? '\x1b[?45h' : '',
    set.sendFocus ? '\x1b[?1004h' : '',
    set.wraparound ? '' : '\x1b[?7l',
    coreService.modes.insertMode ? '\x1b[4h' : '',
    protocol ? `\x1b[?${protocol}h` : '',
    encoding ? `\x1b[?${encoding}h` : '',
    set.cursorStyle ? `\x1b[${CURSOR_STYLE[set.cursorStyle] + (set.cursorBlink ? 0 : 1)} q` : '',
    coreService.isCursorHidden ? '\x1b[?25l' : '',
  ].join('')
}

/** Line drawing is the one other character set that programs still use. */
function charsets({ _charsetService: { glevel, charset, _charsets } }: Inside): string {
  const drawn = ['(', ')', '*', '+'].map((designator, index) =>
    drawsLines(index === glevel ? charset : _charsets[index]) ? `\x1b${designator}0` : '',
  )
  return drawn.join('') + (['', '\x0e', '\x1bn', '\x1bo'][glevel] ?? '')
}

const drawsLines = (charset: Charset) => charset?.q === '─'
const forward = (cells: number) => (cells > 0 ? `\x1b[${cells}C` : '')
const cursorTo = (row: number, col: number) => `\x1b[${row + 1};${col + 1}H`
