// Keeps the bytes of an escape sequence or character that has begun and not ended: a snapshot has to carry them along.

/** A sequence longer than this (a picture, a clipboard) is kept by its beginning: what is left out has no effect on a screen. */
export const UNFINISHED_BYTES_MAX = 4096

type State = 'ground' | 'escape' | 'csi' | 'string'

/**
 * Follows a terminal's output as its parser does (ECMA-48, as drawn in the VT500 parser by Paul Williams).
 * C1 controls come as UTF-8 (C2 80–C2 9F).
 */
export function createUnfinished() {
  let state: State = 'ground'
  /** Bytes that the UTF-8 character at hand still lacks. */
  let lacking = 0
  let first = 0
  let kept: number[] = []

  function step(byte: number) {
    if (lacking > 0 && (byte & 0xc0) === 0x80) {
      lacking -= 1
      if (lacking === 0 && first === 0xc2 && byte < 0xa0) state = afterC1(byte, state)
      return
    }
    lacking = byte >= 0xf0 ? 3 : byte >= 0xe0 ? 2 : byte >= 0xc2 ? 1 : 0
    first = byte
    if (lacking > 0) return
    state = after(byte, state)
  }

  return {
    feed(bytes: Uint8Array) {
      for (const byte of bytes) {
        // Most output is plain: nothing is under way, and nothing begins.
        if (state === 'ground' && lacking === 0 && byte < 0x80 && byte !== 0x1b) continue
        step(byte)
        if (state === 'ground' && lacking === 0) kept = []
        else if (kept.length < UNFINISHED_BYTES_MAX) kept.push(byte)
      }
    },
    /** The bytes since the parser was last at rest. */
    bytes: () => Uint8Array.from(kept),
  }
}

function after(byte: number, state: State): State {
  if (byte === 0x1b) return 'escape'
  if (byte === 0x18 || byte === 0x1a) return 'ground'
  if (state === 'csi') return byte >= 0x40 && byte <= 0x7e ? 'ground' : 'csi'
  // BEL ends an OSC; other strings carry it, but one that is taken for ended early costs nothing on a screen.
  if (state === 'string') return byte === 0x07 ? 'ground' : 'string'
  if (state !== 'escape') return 'ground'
  if (byte === 0x5b) return 'csi'
  if (byte === 0x5d || byte === 0x50 || byte === 0x58 || byte === 0x5e || byte === 0x5f) return 'string'
  return byte >= 0x30 && byte <= 0x7e ? 'ground' : 'escape'
}

function afterC1(byte: number, state: State): State {
  if (byte === 0x9b) return 'csi'
  if (byte === 0x90 || byte === 0x98 || byte === 0x9d || byte === 0x9e || byte === 0x9f) return 'string'
  return state === 'string' && byte !== 0x9c ? 'string' : 'ground'
}
