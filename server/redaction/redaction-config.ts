// Further patterns of secrets, of the configuration: such that no text takes them long.
import { z } from 'zod'
import type { Pattern } from './patterns.ts'

const PATTERNS_MAX = 20
const REGEX_CHARACTERS_MAX = 300
/** Ways that a match may be tried in from one place: the lengths of its repetitions, multiplied. */
const WAYS_MAX = 4096

const regexSchema = z
  .string()
  .min(4)
  .max(REGEX_CHARACTERS_MAX)
  .superRefine((source, context) => {
    const problem = problemOf(source)
    if (problem) context.addIssue({ code: 'custom', message: problem })
  })

export const redactionSchema = z.strictObject({
  patterns: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[a-z0-9][a-z0-9 _-]{0,39}$/, 'Use lower-case letters, digits and spaces'),
        regex: regexSchema,
      }),
    )
    .max(PATTERNS_MAX)
    .default([]),
})

/** The patterns of the configuration, ready. */
export function ownPatterns({ patterns }: z.infer<typeof redactionSchema>): Pattern[] {
  return patterns.map(({ name, regex }) => ({
    name,
    regex: new RegExp(regex, 'g'),
    hint: new RegExp(regex),
  }))
}

/** Why a regular expression can't be used; null where it can. */
function problemOf(source: string): string | null {
  try {
    if (new RegExp(source).test('')) return 'This fits an empty text: say what the secret looks like'
  } catch (error) {
    return (error as Error).message
  }
  const plain = source.replace(/\\./g, 'x').replace(/\[[^\]]*\]/g, 'x')
  if (/[*+]|\{\d+,\}/.test(plain)) return 'Say how often at most, as in {16,64}: * and + can take forever'
  if (/\)[{?]/.test(plain)) return 'Repeat characters only: a repeated group can take forever'
  const ways = [...plain.matchAll(/\{(\d+)(?:,(\d+))?\}|\?(?![:=!<])/g)].map(([, from, to]) =>
    from === undefined ? 2 : Number(to ?? from) - Number(from) + 1,
  )
  const product = ways.reduce((all, each) => all * each, 1)
  return product > WAYS_MAX ? `Too many ways to match (${product}, at most ${WAYS_MAX}): repeat less` : null
}
