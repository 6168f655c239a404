// What is read of xterm's inside, which its interface does not show. Checked against 6.0.0, which is pinned.

export type Line = {
  readonly isWrapped: boolean
  readonly length: number
  /** Three numbers a cell: content, foreground, background. */
  readonly _data: Uint32Array
  /** Cells of more than one code point. */
  readonly _combined: Readonly<Record<number, string>>
  readonly _extendedAttrs: Readonly<Record<number, { readonly ext: number } | undefined>>
}

export type Attributes = {
  readonly fg: number
  readonly bg: number
  readonly extended: { readonly ext: number }
}

/** What replaces which character. */
export type Charset = Readonly<Record<string, string>> | undefined

export type Buffer = {
  readonly x: number
  readonly y: number
  readonly ybase: number
  readonly scrollTop: number
  readonly scrollBottom: number
  readonly savedX: number
  /** From the top of the scrollback. */
  readonly savedY: number
  readonly savedCurAttrData: Attributes
  readonly savedCharset: Charset
  readonly tabs: Readonly<Record<number, boolean | undefined>>
  readonly lines: { readonly length: number; get(row: number): Line | undefined }
}

export type Inside = {
  readonly buffer: Buffer
  readonly buffers: { readonly normal: Buffer; readonly alt: Buffer }
  readonly coreService: {
    readonly isCursorHidden: boolean
    readonly modes: { readonly insertMode: boolean }
    readonly decPrivateModes: {
      readonly applicationCursorKeys: boolean
      readonly applicationKeypad: boolean
      readonly bracketedPasteMode: boolean
      readonly origin: boolean
      readonly reverseWraparound: boolean
      readonly sendFocus: boolean
      readonly wraparound: boolean
      readonly cursorStyle: 'block' | 'underline' | 'bar' | undefined
      readonly cursorBlink: boolean | undefined
    }
  }
  readonly coreMouseService: { readonly activeProtocol: string; readonly activeEncoding: string }
  readonly _charsetService: {
    readonly glevel: number
    /** The one in use. */
    readonly charset: Charset
    readonly _charsets: readonly Charset[]
  }
  readonly _inputHandler: {
    readonly _curAttrData: Attributes
    /** Not 0 when the next character may belong to the one before. */
    readonly _parser: { readonly precedingJoinState: number }
  }
}

/** @param terminal of @xterm/headless or @xterm/xterm */
export function insideOf(terminal: object): Inside {
  return (terminal as { readonly _core: Inside })._core
}

const CODE_POINT = 0x1fffff
const IS_COMBINED = 0x200000
const WIDTH_SHIFT = 22

/** The text of a cell; '' where nothing was written, or where the second half of a wide character stands. */
export function charsAt(line: Line, col: number): string {
  const content = line._data[col * 3] ?? 0
  if (content & IS_COMBINED) return line._combined[col] ?? ''
  const code = content & CODE_POINT
  return code === 0 ? '' : String.fromCodePoint(code)
}

export const widthAt = (line: Line, col: number) => (line._data[col * 3] ?? 0) >>> WIDTH_SHIFT

const COLOUR = 0x3ffffff
const HAS_EXTENDED = 0x10000000
const EXTENDED_SHOWN = 0x1fffffff

/** How a cell looks: equal texts look equal. */
export function lookAt(line: Line, col: number): { fg: number; bg: number; ext: number } {
  const fg = line._data[col * 3 + 1] ?? 0
  const bg = line._data[col * 3 + 2] ?? 0
  return { fg, bg, ext: bg & HAS_EXTENDED ? (line._extendedAttrs[col]?.ext ?? 0) & EXTENDED_SHOWN : 0 }
}

/** The background of a cell that was erased: all that is left of its look. */
export const backgroundAt = (line: Line, col: number) => (line._data[col * 3 + 2] ?? 0) & COLOUR

/** What the next character will look like. The colour of an underline can be set before there is one. */
export const lookOf = ({ fg, bg, extended }: Attributes) => ({
  fg,
  bg,
  ext: extended.ext & (bg & HAS_EXTENDED ? EXTENDED_SHOWN : COLOUR),
})
