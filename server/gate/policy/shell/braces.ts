// Brace expansion, on the text of a word as the shell does it: before anything else.

/** Most words that one may become. Beyond it the word is not expanded, and so not understood. */
const BRACE_WORDS = 128

/** @returns the words as the shell would go on to read them; null when there are too many */
export function expandBraces(word: string): string[] | null {
  const done: string[] = []
  const queue = [word]
  for (let text = queue.shift(); text !== undefined; text = queue.shift()) {
    const group = findGroup(text)
    if (!group) done.push(text)
    else {
      const { start, end, choices } = group
      queue.unshift(...choices.map((choice) => text?.slice(0, start) + choice + text?.slice(end)))
    }
    if (queue.length + done.length > BRACE_WORDS) return null
  }
  return done
}

/** The first group that expands, with its choices. */
function findGroup(text: string) {
  for (let at = 0; at < text.length; at = next(text, at)) {
    if (text[at] !== '{' || text[at - 1] === '$') continue
    const commas: number[] = []
    let level = 0
    for (let inside = at; inside < text.length; inside = next(text, inside)) {
      const character = text[inside]
      if (character === '{') level++
      else if (character === '}' && --level === 0) {
        const choices = choicesOf(text, at, inside, commas)
        if (choices) return { start: at, end: inside + 1, choices }
        break
      } else if (character === ',' && level === 1) commas.push(inside)
    }
  }
  return null
}

function choicesOf(text: string, start: number, end: number, commas: readonly number[]): string[] | null {
  if (commas.length > 0) {
    const edges = [start, ...commas, end]
    return edges.slice(1).map((edge, index) => text.slice((edges[index] ?? 0) + 1, edge))
  }
  const body = text.slice(start + 1, end)
  const sequence = /^(-?\d+|[A-Za-z])\.\.(-?\d+|[A-Za-z])(?:\.\.(-?\d+))?$/.exec(body)
  const [, from = '', to = '', by] = sequence ?? []
  if (!sequence) return null
  const isNumber = /\d/.test(from) && /\d/.test(to)
  if (!isNumber && (/\d/.test(from) || /\d/.test(to))) return null
  const first = isNumber ? Number(from) : from.charCodeAt(0)
  const last = isNumber ? Number(to) : to.charCodeAt(0)
  const step = Math.max(1, Math.abs(Number(by ?? 1)))
  const count = Math.floor(Math.abs(last - first) / step) + 1
  const width = /^-?0\d/.test(from) || /^-?0\d/.test(to) ? Math.max(from.length, to.length) : 0
  return Array.from({ length: Math.min(count, BRACE_WORDS + 1) }, (_, index) => {
    const value = first + (last < first ? -1 : 1) * step * index
    return isNumber ? String(value).padStart(width, '0') : String.fromCharCode(value)
  })
}

/** @returns where the next character stands that is neither quoted nor inside of an expansion */
function next(text: string, at: number): number {
  const character = text[at] ?? ''
  const following = text[at + 1] ?? ''
  if (character === '\\') return at + 2
  if (character === "'") return after(text, text.indexOf("'", at + 1))
  if (character === '"' || character === '`') return closing(text, at + 1, character)
  if (character !== '$') return at + 1
  if (following === "'") return closing(text, at + 2, "'")
  return following === '{' || following === '(' ? closingLevel(text, at + 1) : at + 1
}

function after(text: string, at: number): number {
  return at < 0 ? text.length : at + 1
}

function closing(text: string, from: number, quote: string): number {
  let at = from
  while (at < text.length && text[at] !== quote) at += text[at] === '\\' ? 2 : 1
  return at + 1
}

/** @returns where the text goes on behind the bracket that opens at `from` */
export function closingLevel(text: string, from: number): number {
  const open = text[from]
  const close = open === '{' ? '}' : ')'
  let level = 0
  for (let at = from; at < text.length; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === open) level++
    else if (text[at] === close && --level === 0) return at + 1
  }
  return text.length
}
