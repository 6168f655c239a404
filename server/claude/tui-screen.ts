// Tells from a TUI's screen what it is doing: starting, idle, busy, or asking for something with a dialog.

/**
 * `idle`: the input box is there, and nothing is going on. `dialog`: something stands in the place of the input box;
 * a key would answer it.
 */
export type ScreenState = 'starting' | 'idle' | 'busy' | 'dialog'

export type ScreenReading = {
  state: ScreenState
  /** What stands in the input box, as far as it is shown; empty where there is none. */
  input: string
  /** What stands on the screen where there is no input box, for the operator. */
  words: string
}

/** The rules above and below the input box reach over the screen; the upper one can end with the agent's name. */
const RULE = /^─{10,}/
/** The row of the input box: a prompt, or a line for the shell. A dialog's highlighted row (`❯ 1. Yes`) has a number. */
const INPUT = /^[❯!>](?:\s+(?!\d+\.\s)(.*))?$/u
/** A spinner is a sign, a word that ends in `…`, and sometimes seconds. When it stands still, the `…` is gone. */
const SPINNER = /^ ?[^\p{L}\p{N}\s●⎿❯│╭╰╮╯─!>] [^…]{1,80}…(?: \(|\s*$)/u
const BUSY_HINT = /\besc to interrupt\b/
const DIALOG_HINT =
  /^\s*❯ \d+\. |\bEnter to (?:confirm|select|continue)\b|\bEsc to (?:cancel|exit|go back)\b/mu
const WORDS_CHARACTERS = 600

/**
 * A `❯` alone says nothing: dialogs draw it as well, and Enter would take the highlighted row (measured, 2.1.197).
 * So idle needs the whole box, two rules with the prompt between them, no spinner above and no question below.
 *
 * @param lines the screen's rows from top to bottom
 */
export function readScreen(lines: readonly string[]): ScreenReading {
  const rules = lines.flatMap((line, index) => (RULE.test(line) ? [index] : []))
  const bottom = rules.at(-1) ?? -1
  const top = rules.at(-2) ?? -1
  const box = top === -1 ? null : readBox(lines.slice(top + 1, bottom))
  if (box === null) {
    const text = lines.join('\n')
    const state = DIALOG_HINT.test(text) ? 'dialog' : 'starting'
    return { state, input: '', words: wordsOf(lines) }
  }
  const below = lines.slice(bottom + 1).join('\n')
  if (DIALOG_HINT.test(below)) return { state: 'dialog', input: box, words: wordsOf(lines.slice(bottom)) }
  const isBusy =
    BUSY_HINT.test(below) || lines.slice(Math.max(0, top - 8), top).some((line) => SPINNER.test(line))
  return { state: isBusy ? 'busy' : 'idle', input: box, words: '' }
}

/** Idle with nothing in the input box: what stands there would become a part of the prompt. */
export function isFree({ state, input }: ScreenReading): boolean {
  return state === 'idle' && input === ''
}

/** The text of the input box; null where the rows are no input box. */
function readBox([first, ...more]: readonly string[]): string | null {
  const match = first === undefined ? null : INPUT.exec(first.trimEnd())
  if (!match) return null
  return [match[1] ?? '', ...more.map((line) => line.trim())].join('\n').trim()
}

/** The dialog's words without its frame. */
function wordsOf(lines: readonly string[]): string {
  const words = lines
    .map((line) => line.replace(/[─│╭╮╰╯▐▛▜▌▝▘█]+/gu, ' ').trim())
    .filter((line) => line !== '')
    .join('\n')
  return words.length > WORDS_CHARACTERS ? `${words.slice(-WORDS_CHARACTERS)}` : words
}
