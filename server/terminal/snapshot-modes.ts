// What a snapshot has to say beyond the cells: modes, scroll region, saved cursor, where the cursor stands.

/** What is read of xterm's inside (6.0.0, pinned): its interface shows neither of these. */
export type TerminalInside = {
  readonly rows: number
  readonly cols: number
  readonly _core: {
    readonly coreService: {
      readonly isCursorHidden: boolean
      readonly decPrivateModes: {
        readonly origin: boolean
        readonly cursorStyle: 'block' | 'underline' | 'bar' | undefined
        readonly cursorBlink: boolean | undefined
      }
    }
    readonly coreMouseService: { readonly activeEncoding: string }
    readonly buffer: {
      readonly x: number
      readonly y: number
      readonly scrollTop: number
      readonly scrollBottom: number
    }
  }
}

/** Comes after the cells and the addon's modes, and puts the cursor where it belongs: a region and origin mode both move it. */
export function modesBeyondAddon({ rows, _core: { coreService, coreMouseService, buffer } }: TerminalInside) {
  const { decPrivateModes: modes } = coreService
  const hasRegion = buffer.scrollTop !== 0 || buffer.scrollBottom !== rows - 1
  const top = modes.origin ? buffer.scrollTop : 0
  return [
    hasRegion ? `\x1b[${buffer.scrollTop + 1};${buffer.scrollBottom + 1}r` : '',
    hasRegion || modes.origin ? `\x1b[${buffer.y - top + 1};${buffer.x + 1}H` : '',
    coreMouseService.activeEncoding === 'SGR' ? '\x1b[?1006h' : '',
    coreMouseService.activeEncoding === 'SGR_PIXELS' ? '\x1b[?1016h' : '',
    modes.cursorStyle ? `\x1b[${styleNumber(modes.cursorStyle) + (modes.cursorBlink ? 0 : 1)} q` : '',
    coreService.isCursorHidden ? '\x1b[?25l' : '',
  ].join('')
}

function styleNumber(style: 'block' | 'underline' | 'bar'): number {
  return style === 'block' ? 1 : style === 'underline' ? 3 : 5
}
