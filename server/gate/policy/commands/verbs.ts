// Programs whose first words say what they do (`kubectl rollout restart`), judged by tables of such words.
import type { Act } from '../effects.ts'
import type { Classifier } from '../shell/call.ts'
import { type Options, readOptions } from './options.ts'

export type VerbTable = {
  /** Options that take a value. */
  valued?: string
  /** Acts by words: `|` separates entries, a blank the words of one, `*` stands for the rest of a word. */
  acts: Partial<Record<Act, string>>
  /** What words stand for that are not in the table. */
  otherwise: Act
  /** What options change: the first that gives an act decides. */
  unless?: (options: Options, words: string) => Act | undefined
}

export function judgeVerbs(table: VerbTable): Classifier {
  const entries = Object.entries(table.acts).flatMap(([act, text]) =>
    text.split('|').map((entry) => ({
      act: act as Act,
      words: entry.trim().split(/\s+/).map(toPattern),
      // Of two that fit, the one that says more decides.
      weight: entry.trim().split(/\s+/).length * 1000 + entry.replaceAll('*', '').length,
    })),
  )
  return (call) => {
    const options = readOptions(call.args, table.valued)
    const { operands } = options
    if (
      operands.length === 0 ||
      options.has('help', 'version') ||
      (options.has('h') && !table.valued?.split(' ').includes('h'))
    )
      return undefined
    let best: (typeof entries)[number] | undefined
    for (const entry of entries) {
      const fits = entry.words.every(
        (word, index) => index < operands.length && word.test(operands[index] ?? ''),
      )
      if (fits && entry.weight > (best?.weight ?? 0)) best = entry
    }
    const words = operands.join(' ')
    const act = table.unless?.(options, words) ?? best?.act ?? table.otherwise
    call.emit(act, {
      note: `${call.program} ${operands.slice(0, Math.max(best?.words.length ?? 2, 2)).join(' ')}`,
    })
    return undefined
  }
}

function toPattern(word: string): RegExp {
  return new RegExp(`^${word.replace(/[.+?^${}()[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`)
}
