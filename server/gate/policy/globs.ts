// Whether two path patterns can mean the same path: `*` and `?` stay within a name, `**` does not, and so for what isn't known.
import { SLUG, UNKNOWN } from './text.ts'

type Token =
  | { kind: 'one'; character: string }
  | { kind: 'any' }
  /** Any number of characters; `dots`: also where a name begins with one. */
  | { kind: 'run'; slashes: boolean; dots: boolean }
  /** Nothing, or the two tokens that follow. */
  | { kind: 'perhaps' }

/** Longest pattern that is compared, in tokens. A longer one is taken to fit. */
const PATTERN_TOKENS = 1024

/**
 * Whether they may mean the same.
 * @param path as the shell would see it, with unexpanded globs and unknown parts
 * @param pattern of a rule: `*`, `?`, and `**` for any number of folders
 */
export function globsMeet(path: string, pattern: string): boolean {
  return meet(tokeniseShell(path), tokenisePattern(pattern))
}

/** Whether a pattern surely means the path, whatever its unexpanded globs become. What isn't known is never covered. */
export function globCovers(path: string, pattern: string): boolean {
  return !path.includes(UNKNOWN) && meet([...path].map(exactly), tokenisePattern(pattern))
}

function meet(left: readonly Token[], right: readonly Token[]): boolean {
  if (left.length > PATTERN_TOKENS || right.length > PATTERN_TOKENS) return true
  /** Positions in `right` that can have been reached; walked token by token of `left`. */
  let reached = closure(new Set([0]), right)
  for (const token of left) {
    reached = closure(
      token.kind === 'run' ? afterRun(token, reached, right) : afterOne(token, reached, right),
      right,
    )
  }
  return reached.has(right.length)
}

function afterOne(token: Token, reached: ReadonlySet<number>, right: readonly Token[]): Set<number> {
  const next = new Set<number>()
  for (const at of reached) {
    const other = right[at]
    if (other?.kind === 'run') {
      if (other.slashes || !is(token, '/')) next.add(at)
    } else if (other && other.kind !== 'perhaps' && fits(token, other)) next.add(at + 1)
  }
  return next
}

function afterRun(token: Token & { kind: 'run' }, reached: ReadonlySet<number>, right: readonly Token[]) {
  const next = new Set(reached)
  const queue = [...reached].filter((at) => token.dots || !is(right[at], '.'))
  const seen = new Set<number>()
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    if (seen.has(at)) continue
    seen.add(at)
    next.add(at)
    const other = right[at]
    if (other?.kind === 'perhaps') queue.push(at + 1, at + 3)
    else if (other && (token.slashes || !is(other, '/'))) queue.push(at + 1)
  }
  return next
}

/** What is reached without a character. */
function closure(positions: Set<number>, tokens: readonly Token[]): Set<number> {
  for (const at of positions) {
    const kind = tokens[at]?.kind
    if (kind === 'run' || kind === 'perhaps') positions.add(at + 1)
    if (kind === 'perhaps') positions.add(at + 3)
  }
  return positions
}

function fits(a: Token, b: Token): boolean {
  if (a.kind === 'one' && b.kind === 'one') return a.character === b.character
  return !is(a, '/') && !is(b, '/')
}

function is(token: Token | undefined, character: string): boolean {
  return token?.kind === 'one' && token.character === character
}

function exactly(character: string): Token {
  return { kind: 'one', character }
}

function tokenisePattern(text: string): Token[] {
  const tokens: Token[] = []
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? ''
    if (text.startsWith('**/', at) && at > 0) {
      // `/a/**/b` also means `/a/b`.
      tokens.push({ kind: 'perhaps' }, { kind: 'run', slashes: true, dots: true }, exactly('/'))
      at += 2
    } else if (text.startsWith('**', at)) {
      tokens.push({ kind: 'run', slashes: true, dots: true })
      at++
    } else if (character === '*') tokens.push({ kind: 'run', slashes: false, dots: true })
    else tokens.push(character === '?' ? { kind: 'any' } : exactly(character))
  }
  return tokens
}

function tokeniseShell(text: string): Token[] {
  const tokens: Token[] = []
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? ''
    const close = character === '[' ? text.indexOf(']', at + 2) : -1
    // The shell's `*` stands for no name that begins with a dot.
    if (character === '*') tokens.push({ kind: 'run', slashes: false, dots: at > 0 && text[at - 1] !== '/' })
    else if (character === UNKNOWN || character === SLUG)
      tokens.push({ kind: 'run', slashes: false, dots: true })
    else if (character === '?') tokens.push({ kind: 'any' })
    else if (close > 0) {
      tokens.push({ kind: 'any' })
      at = close
    } else tokens.push(exactly(character))
  }
  return tokens
}
