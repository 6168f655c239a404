// What the words of a command become: quotes removed, variables and braces expanded, split into fields.
import { forEachChild, type ParsedScript, parse, type SyntaxNode, type Word, type WordPart } from 'unbash'
import { capped, SLUG, UNKNOWN } from '../text.ts'
import { closingLevel, expandBraces } from './braces.ts'
import { expandParameter, lookUp } from './parameters.ts'
import { type Shell, valuesOf } from './state.ts'

/** Runs what stands in `$( )` or `<( )`. @returns what it would print, or for `<( )` the path of the pipe */
export type Substitute = (script: ParsedScript | undefined, shell: Shell, label: string) => string

/** A piece of a word; several `fields` where it is a list such as `"$@"`. */
type Piece = { text: string; splits: boolean } | { fields: readonly string[] }

/** Most ways to choose the values of a command's variables that are followed. Beyond it they are unknown. */
const CHOICES = 32

/** @returns the fields that a word of a command becomes, none where it vanishes */
export function expandWord(word: Word, shell: Shell, substitute: Substitute): string[] {
  return wordsAfterBraces(word).flatMap((each) =>
    each === null ? [UNKNOWN] : split(piecesOf(each, shell, substitute)),
  )
}

/** @returns the word as one string: of an assignment, a redirection, a here-document */
export function expandText(
  word: { parts?: readonly WordPart[] | undefined; text: string; value?: string },
  shell: Shell,
  substitute: Substitute,
): string {
  const pieces = piecesOf(word, shell, substitute)
  return capped(pieces.map((piece) => ('text' in piece ? piece.text : piece.fields.join(' '))).join(''))
}

/** @returns shells in which each variable that the text names has one value */
export function choices(text: string, shell: Shell): Shell[] {
  const names = new Set([...text.matchAll(/\$\{?([A-Za-z_]\w*)/g)].map(([, name]) => name ?? ''))
  const several = [...names].filter((name) => valuesOf(shell, name).length > 1)
  if (several.length === 0) return [shell]
  let made: Shell[] = [shell]
  for (const name of several) {
    const values = valuesOf(shell, name)
    const followed = made.length * values.length > CHOICES ? [UNKNOWN] : values
    made = made.flatMap((each) =>
      followed.map((value) => ({ ...each, variables: new Map(each.variables).set(name, [value]) })),
    )
  }
  return made
}

function wordsAfterBraces(word: Word): (Word | null)[] {
  if (!word.parts?.some(({ type }) => type === 'BraceExpansion')) return [word]
  const texts = expandBraces(word.text)
  if (!texts) return [null]
  if (texts.length === 1 && texts[0] === word.text) return [word]
  return texts.map((text) => {
    if (text === '') return null
    const [statement, ...more] = parse(`: ${text}`).commands
    const command = statement?.command
    if (more.length > 0 || command?.type !== 'Command') return null
    const [argument, ...others] = command.args
    return others.length === 0 && argument?.type === 'Word' ? argument : null
  })
}

function piecesOf(
  word: { parts?: readonly WordPart[] | undefined; text: string; value?: string },
  shell: Shell,
  substitute: Substitute,
): Piece[] {
  const tilde = /^~([A-Za-z0-9_+-]*)(?=\/|$)/.exec(word.text)
  const parts = word.parts
  const pieces = parts
    ? parts.flatMap((part) => piecesOfPart(part, false, shell, substitute))
    : [{ text: word.value ?? word.text, splits: false }]
  const [first] = pieces
  if (tilde && first && 'text' in first) {
    first.text = folderOf(tilde[1] ?? '', shell) + first.text.slice(tilde[0].length)
  }
  return pieces
}

function folderOf(user: string, shell: Shell): string {
  if (user === '') return valuesOf(shell, 'HOME')[0] ?? UNKNOWN
  if (user === '+') return shell.cwd
  if (user === 'root') return '/root'
  return user === '-' ? UNKNOWN : `/home/${user}`
}

function piecesOfPart(part: WordPart, quoted: boolean, shell: Shell, substitute: Substitute): Piece[] {
  switch (part.type) {
    case 'Literal':
    case 'SingleQuoted':
    case 'AnsiCQuoted':
      return [{ text: part.value, splits: false }]
    case 'Glob':
      substituteInside(part, shell, substitute)
      return [{ text: part.value, splits: false }]
    case 'DoubleQuoted':
    case 'LocaleString': {
      const inner = part.parts.flatMap((each) => piecesOfPart(each, true, shell, substitute))
      return inner.length > 0 ? inner : [{ text: '', splits: false }]
    }
    case 'SimpleExpansion': {
      const found = lookUp(part.text.slice(1), shell)
      return [typeof found === 'string' ? { text: found, splits: !quoted } : { fields: found }]
    }
    case 'ParameterExpansion': {
      if (part.operation?.type === 'Replace' || part.operation?.type === 'Unknown') {
        substituteByHand(part.text, shell, substitute)
      }
      // What it prints is run through the expansions of a prompt, `$( )` among them.
      if (part.operation?.type === 'Transform' && part.text.includes('@P')) substitute(undefined, shell, '@P')
      const expanded = expandParameter(part, shell, (word) => expandText(word, shell, substitute))
      return [typeof expanded === 'string' ? { text: expanded, splits: !quoted } : { fields: expanded }]
    }
    case 'CommandExpansion': {
      const isClosed = /^(\$\([\s\S]*\)|`[\s\S]*`|\$\{[\s\S]*\})$/.test(part.text)
      const printed = substitute(isClosed ? part.script : undefined, shell, '$( )')
      return [{ text: printed.replace(/\n+$/, ''), splits: !quoted }]
    }
    case 'ArithmeticExpansion':
      substituteInside(part, shell, substitute)
      return [{ text: SLUG, splits: false }]
    case 'ProcessSubstitution':
      return [{ text: substitute(part.script, shell, `${part.operator}( )`), splits: false }]
    case 'ExtendedGlob':
      substituteInside(part, shell, substitute)
      return [{ text: '*', splits: false }]
    case 'BraceExpansion':
      substituteInside(part, shell, substitute)
      return [{ text: part.text, splits: false }]
  }
}

/** The parser cuts `${x/$(a/b)/c}` at the wrong slash: what stands in `$( )` there is found by its brackets. */
function substituteByHand(text: string, shell: Shell, substitute: Substitute) {
  if (text.includes('`')) substitute(undefined, shell, '` `')
  for (let at = text.indexOf('$('); at >= 0; at = text.indexOf('$(', at + 2)) {
    substitute(parse(text.slice(at + 2, closingLevel(text, at + 1) - 1)), shell, '$( )')
  }
}

/** Runs what is substituted anywhere below a node, where only its effects matter. */
export function substituteInside(node: SyntaxNode, shell: Shell, substitute: Substitute) {
  forEachChild(node, (child) => {
    if (child.type === 'Script') substitute(child, shell, '$( )')
    else substituteInside(child, shell, substitute)
  })
}

function split(pieces: readonly Piece[]): string[] {
  const fields: string[] = []
  let current: string | null = null
  for (const piece of pieces) {
    if ('fields' in piece) {
      piece.fields.forEach((field, index) => {
        if (index > 0 && current !== null) {
          fields.push(current)
          current = null
        }
        current = (current ?? '') + field
      })
    } else if (!piece.splits) current = (current ?? '') + piece.text
    else {
      const words = piece.text.split(/[ \t\n]+/)
      words.forEach((word, index) => {
        if (index > 0 && current !== null) {
          fields.push(current)
          current = null
        }
        if (word !== '') current = (current ?? '') + word
      })
    }
  }
  if (current !== null) fields.push(current)
  return fields.map(capped)
}
