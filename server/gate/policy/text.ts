// Strings of which a part may be known only when the shell runs: two marks stand for what isn't known.

/** Anything, perhaps nothing, perhaps with slashes and spaces in it. */
export const UNKNOWN = '\uE000'
/** Something that is not empty, and neither a slash, a blank nor `..`: a number, a date, a host's name. */
export const SLUG = '\uE001'

/** Characters that a command may not bring along, because here they are marks. */
export const MARKS = /[\uE000-\uE00F]/

/** What the index of an array hides: arithmetic runs it, quoted or not. */
export const HIDDEN_IN_BRACKETS = /\[[^\]]*(\$\(|`)/

/** Longest string that is kept exactly, in characters; beyond it nothing is known. */
export const TEXT_CHARACTERS = 32 * 1024

export function isKnown(text: string): boolean {
  return !MARKS.test(text)
}

export function capped(text: string): string {
  return text.length > TEXT_CHARACTERS ? UNKNOWN : text
}

/** For people: marks become an ellipsis. */
export function readable(text: string): string {
  return text.replace(/[\uE000-\uE00F]+/g, '…')
}
