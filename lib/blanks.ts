// Blanks in commands and prompts: `{name}` is filled with a value that was declared beforehand, and nothing else.

/** What may stand in a blank. With neither `choices` nor `pattern` a command's blank takes {@link PLAIN_VALUE}. */
export type Blank = {
  name: string
  title: string
  /** What a whole value must look like, as the source of a regular expression. */
  pattern: string | null
  choices: readonly string[] | null
  default: string | null
  /** Shown in an empty field. */
  example: string | null
}

export type Values = Readonly<Record<string, string>>

/** Names of hosts, units, files, numbers: it begins with a letter, a digit, a dot, a slash or an underscore. */
export const PLAIN_VALUE = '[A-Za-z0-9_./][A-Za-z0-9_./:@%+=,-]*'
const VALUE_MAX_CHARACTERS = 500
/** Programs that hand their arguments to a shell, here or on another host. */
const SHELLS = new Set([
  'ssh',
  'sh',
  'bash',
  'dash',
  'zsh',
  'ksh',
  'fish',
  'su',
  'runuser',
  'watch',
  'script',
])
/** What no shell reads as anything but itself. */
const INERT = /^[A-Za-z0-9_./:@%+=,-]*$/
/** `{{.Names}}`, `%{url}` and `${name}` of other programs are no blanks. */
const PLACE = /(?<![{%$])\{([a-z][a-z0-9_]*)\}(?!\})/g

/** The names of the blanks in some texts, each once, in order. */
export function blanksIn(texts: readonly string[]): string[] {
  return [...new Set(texts.flatMap((text) => [...text.matchAll(PLACE)].map((match) => match[1] ?? '')))]
}

/** A text with its blanks filled; one without a value stays as it stands. */
export function fillText(text: string, values: Values): string {
  return text.replace(PLACE, (place, name: string) =>
    Object.hasOwn(values, name) && values[name] ? values[name] : place,
  )
}

/** A command with its blanks filled. A value stays inside the argument that its blank stands in. */
export function fillArgv(argv: readonly string[], values: Values): string[] {
  return argv.map((argument) => fillText(argument, values))
}

/** What is given, or else the default, or nothing. */
export function valueFor(blank: Blank, given: Values): string {
  const value = Object.hasOwn(given, blank.name) ? given[blank.name] : undefined
  return value?.trim() ? value.trim() : (blank.default ?? '')
}

/**
 * What is wrong with a value for a command, or null.
 * Whatever its pattern allows, a value can't be an option, hold a control character, or speak to a shell.
 *
 * @param argv of the command, its blanks not filled
 */
export function checkValue(blank: Blank, value: string, argv: readonly string[]): string | null {
  if (value === '') return `Fill in "${blank.title}"`
  if (blank.choices) {
    return blank.choices.includes(value) ? null : `Choose one of ${blank.choices.join(', ')}`
  }
  if (value.length > VALUE_MAX_CHARACTERS) return `Use at most ${VALUE_MAX_CHARACTERS} characters`
  if (/[\p{Cc}\u2028\u2029]/u.test(value)) return 'Use one line without control characters'
  if (value.startsWith('-')) return 'Begin with something else than a dash: it would be read as an option'
  if (argv.some((argument) => SHELLS.has(nameOf(argument))) && !INERT.test(value))
    return 'Use letters, digits and . _ / : @ % + = , - only: a shell reads this command'
  const fits = new RegExp(`^(?:${blank.pattern ?? PLAIN_VALUE})$`, 'u').test(value)
  return fits ? null : `Use something like ${blank.example ?? blank.default ?? (blank.pattern || 'a name')}`
}

function nameOf(program: string): string {
  return program.slice(program.lastIndexOf('/') + 1)
}
