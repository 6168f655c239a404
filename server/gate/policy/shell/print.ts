// What printf and echo -e would print.
import { capped, isKnown, UNKNOWN } from '../text.ts'

const ESCAPES: Record<string, string> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  e: '\x1b',
  '\\': '\\',
  '"': '"',
  "'": "'",
}
/** Most arguments that one format is used up on. */
const FORMAT_ARGUMENTS = 256

/** @param words the format, and what is put into it; the format is used again while words are left */
export function format([template = '', ...words]: readonly string[]): string {
  if (!isKnown(template) || words.length > FORMAT_ARGUMENTS) return UNKNOWN
  let rest = [...words]
  let text = ''
  do {
    const before = rest.length
    text += template.replace(
      /\\(x[0-9a-fA-F]{1,2}|u[0-9a-fA-F]{1,4}|0?[0-7]{1,3}|[\s\S])|%(%|[-+ #0']*[\d*]*(?:\.[\d*]*)?[a-zA-Z])/g,
      (_, escaped: string | undefined, directive: string | undefined) => {
        if (escaped !== undefined) return characterOf(escaped)
        if (directive === '%') return '%'
        const [value = '', ...others] = rest
        rest = others
        if (directive?.endsWith('b')) return isKnown(value) ? format([value.replaceAll('%', '%%')]) : UNKNOWN
        return directive === 's' || directive === 'd' ? value : UNKNOWN
      },
    )
    if (rest.length === before) break
  } while (rest.length > 0)
  return capped(text)
}

function characterOf(escaped: string): string {
  const kind = escaped[0] ?? ''
  if ((kind === 'x' || kind === 'u') && escaped.length > 1)
    return String.fromCodePoint(Number.parseInt(escaped.slice(1), 16))
  if (/^[0-7]+$/.test(escaped)) return String.fromCharCode(Number.parseInt(escaped, 8) & 0xff)
  return ESCAPES[kind] ?? `\\${escaped}`
}
