// Masks text that comes in pieces: what could be the beginning of a secret is held until the rest is there.
import type { Redaction } from './redact.ts'

/** More than this is not held, in UTF-16 units. */
const HELD_MAX = 16 * 1024
/** Of a run that is longer, this much stays held: a secret may begin in it. */
const HELD_OF_LONG_RUN = 1024

/** The words that a pattern knows the next one by. */
const LEADING_WORDS =
  /(?:(?:authorization|bearer|basic|token|passw(?:or)?d|passphrase|pass|pwd|secret|key)\\?["']?[ \t]{0,4}[:=]?[ \t]{0,4}\\?["']?){1,2}$/i
const LEADING_CHARACTERS = 80
/** A word of prose, as far as it has come: secrets that begin so are known by their beginning, or by the words before them. */
const PLAIN_WORD =
  /^[*_("“‘'`[#>]{0,4}\p{Lu}?[\p{Ll}\p{Lo}]{0,30}(?:['’]\p{Ll}{0,3})?[*_)\]"”'’`.,:;!?…。，、]{0,4}$/u
const PEM_BEGIN = /^-----BEGIN [A-Z0-9 ]{0,32}PRIVATE KEY(?: BLOCK)?-----/
const PEM_END = /-----END [A-Z0-9 ]{0,32}PRIVATE KEY(?: BLOCK)?-----/

export type HeldText = {
  /** @returns what can be shown now, masked */
  push(piece: string): string
  /** @returns the rest, masked */
  end(): string
}

export function createHeldText(redaction: Redaction): HeldText {
  let held = ''
  /** How much of what is held, for what may follow, is shown already. */
  let shown = 0
  /** Of a secret that is too long to be held, the rest: up to and without this it is not shown. */
  let skipUntil: RegExp | null = null

  function release(length: number): string {
    const ready = redaction.text(held.slice(0, length)).value.slice(shown)
    held = held.slice(length)
    shown = Math.max(0, shown - length)
    return ready
  }

  function showPlain(): string {
    if (!PLAIN_WORD.test(held)) return ''
    const from = shown
    shown = Math.max(from, held.length - redaction.mayBegin(held))
    return held.slice(from, shown)
  }

  function skip() {
    if (!skipUntil) return
    const end = skipUntil.exec(held)
    held = end ? held.slice(end.index) : held.slice(-HELD_OF_LONG_RUN)
    if (end) skipUntil = null
  }

  return {
    push(piece) {
      held += piece
      skip()
      if (skipUntil) return ''
      const places = redaction.places(held)
      let cut = startOfOpen(held)
      // Up to and with the end: a key block that is still open goes as far.
      for (const [from, to] of places) if (from < cut && to >= cut) cut = from
      if (held.length - cut > HELD_MAX) {
        const isKey = PEM_BEGIN.test(held.slice(cut))
        cut = held.length - HELD_OF_LONG_RUN
        for (const [from, to] of places) if (from < cut && to > cut) cut = to
        if (cut === held.length) skipUntil = isKey ? PEM_END : /\s/
      }
      return release(cut) + showPlain()
    },
    end() {
      if (skipUntil) held = ''
      skipUntil = null
      return release(held.length)
    },
  }
}

/** Where that begins of which more may come: the last word, and the words before it that belong to it. */
function startOfOpen(text: string): number {
  let start = startOfWord(text, text.length)
  const before = text.slice(Math.max(0, start - LEADING_CHARACTERS), start)
  const leading = LEADING_WORDS.exec(before)
  if (leading) start = startOfWord(text, start - before.length + leading.index)
  const block = text.indexOf('-----BEGIN', text.lastIndexOf('\n') + 1)
  return block === -1 ? start : Math.min(block, start)
}

function startOfWord(text: string, end: number): number {
  let start = end
  while (start > 0 && !/\s/.test(text.charAt(start - 1))) start -= 1
  return start
}
