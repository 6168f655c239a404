// Writes how a cell looks as the escape sequence (SGR) that makes it so, from whatever was set before.

export type Look = { fg: number; bg: number; ext: number }

// The bits of xterm's cells.
const MODE = 0x3000000
const PALETTE_16 = 0x1000000
const PALETTE_256 = 0x2000000
const UNDERLINE = 0x10000000
const FLAGS_FG = [
  [0x8000000, '1'],
  [0x20000000, '5'],
  [0x4000000, '7'],
  [0x40000000, '8'],
  [0x80000000, '9'],
] as const
const FLAGS_BG = [
  [0x8000000, '2'],
  [0x4000000, '3'],
  [0x40000000, '53'],
] as const

export const PLAIN: Look = { fg: 0, bg: 0, ext: 0 }

export const sameLook = (a: Look, b: Look) => a.fg === b.fg && a.bg === b.bg && a.ext === b.ext

export function sgr({ fg, bg, ext }: Look): string {
  const codes = ['0']
  for (const [flag, code] of FLAGS_FG) if (fg & flag) codes.push(code)
  for (const [flag, code] of FLAGS_BG) if (bg & flag) codes.push(code)
  const underlineStyle = (ext >>> 26) & 7
  if (underlineStyle === 0 && fg & UNDERLINE) codes.push('4')
  pushColour(codes, fg, 30, 90, 38)
  pushColour(codes, bg, 40, 100, 48)
  const text = `\x1b[${codes.join(';')}m`
  if (ext === 0) return text
  // On their own and in this order: xterm loses the colour of an underline that stands behind its style in one sequence.
  const colour: string[] = []
  pushColour(colour, ext, null, null, 58)
  return `${text}${colour.length > 0 ? `\x1b[${colour.join(';')}m` : ''}${underlineStyle > 0 ? `\x1b[4:${underlineStyle}m` : ''}`
}

function pushColour(
  codes: string[],
  value: number,
  dark: number | null,
  bright: number | null,
  long: number,
) {
  const mode = value & MODE
  const colour = value & 0xffffff
  if (mode === 0) return
  if (mode === PALETTE_16 || mode === PALETTE_256) {
    const index = colour & 0xff
    if (mode === PALETTE_16 && dark !== null && bright !== null) {
      codes.push(String(index < 8 ? dark + index : bright + index - 8))
    } else codes.push(`${long};5;${index}`)
  } else codes.push(`${long};2;${colour >>> 16};${(colour >>> 8) & 0xff};${colour & 0xff}`)
}
