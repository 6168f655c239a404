// What a variable and its operations (`${x:-y}`, `${x%.gz}` …) become, as far as it is known beforehand.
import type { ParameterExpansionPart, Word } from 'unbash'
import { isKnown, SLUG, UNKNOWN } from '../text.ts'
import { type Shell, valuesOf } from './state.ts'

/** Names whose values are numbers or plain names. */
const PLAIN = new Set(
  '? $ ! # - RANDOM SECONDS UID EUID LINENO PPID BASHPID HOSTNAME USER LOGNAME EPOCHSECONDS'.split(' '),
)
/** Longest value, and most `*` in a pattern, with which a removal is worked out. */
const PATTERN_VALUE = 1024
const PATTERN_STARS = 3

/** @returns the value, or the fields of a list */
export function lookUp(name: string, shell: Shell): string | readonly string[] {
  if (name === '@' || name === '*') return shell.positional ?? [UNKNOWN]
  if (/^\d+$/.test(name)) {
    if (name === '0') return shell.zero ?? SLUG
    return shell.positional ? (shell.positional[Number(name) - 1] ?? '') : UNKNOWN
  }
  if (PLAIN.has(name) && !shell.variables.has(name)) return SLUG
  const elements = shell.arrays.get(name)
  if (elements) return elements[0] ?? ''
  const [value = UNKNOWN, ...others] = valuesOf(shell, name)
  return others.length > 0 ? UNKNOWN : value
}

export function expandParameter(
  part: ParameterExpansionPart,
  shell: Shell,
  textOf: (word: Word) => string,
): string | readonly string[] {
  const operands = part.operation ? operandsOf(part.operation).map(textOf) : []
  const index = part.index ? textOf(part.index) : null
  if (part.prefix === '#') return SLUG
  if (part.prefix === '!') return UNKNOWN
  if (index !== null) return elementOf(shell, part.parameter, index, part.operation !== undefined)
  const found = lookUp(part.parameter, shell)
  if (!part.operation) return found
  return typeof found === 'string' ? operate(part.operation, found, operands) : [UNKNOWN]
}

function elementOf(
  shell: Shell,
  name: string,
  index: string,
  isChanged: boolean,
): string | readonly string[] {
  const elements = shell.arrays.get(name)
  if (!elements || isChanged) return index === '@' || index === '*' ? [UNKNOWN] : UNKNOWN
  if (index === '@' || index === '*') return elements
  return /^\d+$/.test(index) ? (elements[Number(index)] ?? '') : UNKNOWN
}

type Operation = NonNullable<ParameterExpansionPart['operation']>

function operandsOf(operation: Operation): Word[] {
  switch (operation.type) {
    case 'Default':
    case 'Remove':
    case 'Transform':
      return [operation.operand]
    case 'Replace':
      return [operation.pattern, operation.replacement]
    case 'Slice':
      return operation.length ? [operation.offset, operation.length] : [operation.offset]
    case 'CaseModification':
      return operation.operand ? [operation.operand] : []
    case 'Names':
    case 'Unknown':
      return []
  }
}

function operate(operation: Operation, value: string, operands: readonly string[]): string {
  const [first = '', second = ''] = operands
  switch (operation.type) {
    case 'Default':
      // What isn't known is taken as not set: that is what such a word is written for.
      if (operation.operator.endsWith('+')) return value === '' ? '' : first
      if (operation.operator.endsWith('?')) return value
      return value === '' || value === UNKNOWN ? first || value : value
    case 'Remove':
      return remove(value, first, operation.operator)
    case 'Replace': {
      if (!isKnown(value + first + second) || /[*?[\\]/.test(first) || first === '')
        return partOf(value + second)
      if (operation.operator === '/#')
        return value.startsWith(first) ? second + value.slice(first.length) : value
      if (operation.operator === '/%')
        return value.endsWith(first) ? value.slice(0, -first.length) + second : value
      return operation.operator === '//'
        ? value.split(first).join(second)
        : value.replace(first, () => second)
    }
    case 'Slice': {
      if (!isKnown(value) || !operands.every((text) => /^\s*-?\d+\s*$/.test(text))) return partOf(value)
      const start = Number(first)
      const rest = start < 0 ? value.slice(Math.max(0, value.length + start)) : value.slice(start)
      if (operands.length < 2) return rest
      const length = Number(second)
      return length < 0 ? rest.slice(0, length) : rest.slice(0, length)
    }
    case 'CaseModification':
      if (operands.length > 0 || !isKnown(value)) return partOf(value)
      if (operation.operator === '^^') return value.toUpperCase()
      if (operation.operator === ',,') return value.toLowerCase()
      return partOf(value)
    case 'Transform':
    case 'Names':
    case 'Unknown':
      return UNKNOWN
  }
}

function remove(value: string, pattern: string, operator: string): string {
  const stars = pattern.split('*').length - 1
  if (
    !isKnown(value + pattern) ||
    value.length > PATTERN_VALUE ||
    stars > PATTERN_STARS ||
    pattern.includes('[')
  )
    return partOf(value)
  const source = pattern.replace(/[.+^${}()|\]\\]/g, '\\$&').replace(/\?/g, '[\\s\\S]')
  const isLongest = operator.length === 2
  const body = source.replace(/\*/g, isLongest ? '[\\s\\S]*' : '[\\s\\S]*?')
  if (operator.startsWith('#')) return value.replace(new RegExp(`^${body}`), '')
  // The shortest ending that fits: the last place where one begins.
  for (let step = 0; step <= value.length; step++) {
    const at = isLongest ? step : value.length - step
    if (new RegExp(`^${source.replace(/\*/g, '[\\s\\S]*')}$`).test(value.slice(at))) return value.slice(0, at)
  }
  return value
}

/** Some part of a value: without a slash where the value has none. */
function partOf(value: string): string {
  return value.includes('/') || value.includes(UNKNOWN) || value === '' ? UNKNOWN : SLUG
}
