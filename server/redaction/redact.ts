// Masks secrets in text and in whatever holds text: what is shown, never what is recorded.
import { createHmac, randomBytes } from 'node:crypto'
import { PATTERNS, type Pattern } from './patterns.ts'

/** A shorter one would be found in ordinary words. */
const SECRET_CHARACTERS_MIN = 8
const MASK = /‹masked: [^›]{1,80}›/

export type Masked<T> = { value: T; count: number }

export type Redaction = {
  text(text: string): Masked<string>
  /** Every text in a value of JSON; the value itself where nothing is masked. */
  value<T>(value: T): Masked<T>
  /** Where secrets stand in a text, in order: the first and the one behind the last character. */
  places(text: string): [from: number, to: number][]
  /** How many of a word's last letters a secret may begin with, of which more is to come. */
  mayBegin(word: string): number
}

/**
 * @param secrets that the console knows, by name
 * @param own further patterns, of the configuration
 */
export function createRedaction(
  secrets: readonly { name: string; secret: string }[],
  own: readonly Pattern[] = [],
): Redaction {
  /** Of this run: tags tell nothing about a secret to who guesses at it. */
  const key = randomBytes(32)
  const known = secrets
    .filter(({ secret }) => secret.length >= SECRET_CHARACTERS_MIN)
    .sort((a, b) => b.secret.length - a.secret.length)
    .map(({ name, secret }) => patternOf(name, secret))
  const patterns = [...known, ...PATTERNS, ...own]
  const starts = patterns.every((pattern) => pattern.starts)
    ? patterns.flatMap((each) => each.starts ?? [])
    : null
  const precheck = new RegExp([...new Set(patterns.map(({ hint }) => hint.source))].join('|'), 'i')

  /** Equal secrets get an equal tag, so that two places can be compared without showing them. */
  function maskOf(name: string, secret: string): string {
    return `‹masked: ${name} #${createHmac('sha256', key).update(secret).digest('hex').slice(0, 4)}›`
  }

  function text(given: string): Masked<string> {
    if (!precheck.test(given)) return { value: given, count: 0 }
    let count = 0
    let value = given
    for (const { name, regex, hint } of patterns) {
      if (!hint.test(value)) continue
      value = value.replace(regex, (...parts: unknown[]) => {
        const before = beforeOf(parts.at(-1))
        count += 1
        return before + maskOf(name, String(parts[0]).slice(before.length))
      })
    }
    return { value, count }
  }

  function walk(value: unknown): Masked<unknown> {
    if (typeof value === 'string') return text(value)
    if (typeof value !== 'object' || value === null) return { value, count: 0 }
    let count = 0
    const entries = Object.entries(value).map(([name, each]) => {
      const masked = walk(each)
      count += masked.count
      return [name, masked.value] as const
    })
    if (count === 0) return { value, count }
    return {
      value: Array.isArray(value) ? entries.map(([, each]) => each) : Object.fromEntries(entries),
      count,
    }
  }

  return {
    text,
    // The shape stays: texts become texts.
    value: <T>(value: T) => walk(value) as Masked<T>,
    places: (given) =>
      precheck.test(given)
        ? patterns
            .flatMap(({ regex }) =>
              [...given.matchAll(regex)].map(({ index, 0: match }): [number, number] => [
                index,
                index + match.length,
              ]),
            )
            .sort(([a], [b]) => a - b)
        : [],
    mayBegin: (word) =>
      starts === null ? word.length : Math.max(0, ...starts.map((start) => overlap(word, start))),
  }
}

/** The length of the longest end of a word that a text begins with. */
function overlap(word: string, text: string): number {
  let length = Math.min(word.length, text.length)
  while (!text.startsWith(word.slice(word.length - length))) length -= 1
  return length
}

/** Whether a text was masked before: it must not go where the secret was. */
export function isMasked(text: string): boolean {
  return MASK.test(text)
}

function beforeOf(groups: unknown): string {
  return typeof groups === 'object' ? ((groups as { before?: string } | null)?.before ?? '') : ''
}

function patternOf(name: string, secret: string): Pattern {
  const escaped = secret.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
  return { name, regex: new RegExp(escaped, 'g'), hint: new RegExp(escaped), starts: [secret] }
}
