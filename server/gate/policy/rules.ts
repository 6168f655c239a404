// The rules of a policy, their schema, and which effects a rule speaks of.
import { z } from 'zod'
import { AXES, type Axis, VERDICTS, type Verdict } from '../../../lib/events.ts'
import { ACTS, type Act, type Effect } from './effects.ts'
import { globCovers, globsMeet } from './globs.ts'
import { PLACES, type Place } from './paths.ts'
import { UNKNOWN } from './text.ts'

const oneOrMore = <T extends z.ZodType>(each: T) =>
  z.preprocess((value) => (Array.isArray(value) ? value : [value]), z.array(each).min(1))
const words = z.string().min(1).max(300)

/** Most rules of one policy. */
export const RULES = 500

export const ruleSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'Use lower-case letters, digits and dashes'),
  verdict: z.enum(VERDICTS),
  /** The worst unless it is given. */
  axis: z.enum(AXES).default('irreversible'),
  /** For the operator who is asked, and for the record. */
  why: words,
  /** All that is given has to hold; of a list, one. */
  match: z
    .strictObject({
      /** The CLI's tool; `*` stands for any letters. */
      tool: oneOrMore(words).optional(),
      act: oneOrMore(z.enum(ACTS)).optional(),
      /** The program without its folder; `>` for a redirection. */
      program: oneOrMore(words).optional(),
      /** Words that occur among the arguments in this order, each with `*`. */
      args: oneOrMore(words).optional(),
      /** Absolute; `*` within a name, `**` over folders. */
      path: oneOrMore(
        words.regex(/^[/*]/, 'Begin with "/" or "**": paths are absolute, nothing else would ever fit'),
      ).optional(),
      place: oneOrMore(z.enum(PLACES)).optional(),
      host: oneOrMore(words).optional(),
      /** Whether it happens on another host or in a container. */
      remote: z.boolean().optional(),
    })
    .refine((match) => Object.keys(match).length > 0, 'Say at least one thing that the rule is about'),
})
export type Rule = z.infer<typeof ruleSchema>

/** A rule as the built-in policy writes it. */
export function rule(name: string, verdict: Verdict, axis: Axis, match: Rule['match'], why: string): Rule {
  return { name, verdict, axis, why, match }
}

/** A rule about acts, and perhaps places. */
export function acts(
  name: string,
  verdict: Verdict,
  axis: Axis,
  act: Act[],
  why: string,
  place?: Place[],
): Rule {
  return rule(name, verdict, axis, place ? { act, place } : { act }, why)
}

/**
 * Whether a rule speaks of an effect. A rule that allows has to fit for sure; one that asks or refuses fits as soon as
 * it may, so that what isn't known counts as the worst it could be.
 */
export function speaksOf(rule: Rule, effect: Effect, tool: string): boolean {
  const { match } = rule
  const fits = rule.verdict === 'allow' ? globCovers : globsMeet
  const fitsWord = (word: string, pattern: string) =>
    fits(word.replaceAll('/', '\n'), pattern.replaceAll('/', '\n'))
  const some = (patterns: readonly string[] | undefined, value: string | undefined, test = fits) =>
    patterns === undefined || (value !== undefined && patterns.some((pattern) => test(value, pattern)))
  return (
    some(match.tool, tool, globCovers) &&
    (match.act === undefined || match.act.includes(effect.act)) &&
    some(match.program, effect.program.split('/').pop(), fitsWord) &&
    (match.args === undefined || occurInOrder(match.args, effect.args, fitsWord)) &&
    some(match.path, effect.path, effect.act === 'read' && rule.verdict !== 'allow' ? readsMeet : fits) &&
    (match.place === undefined || (effect.place !== undefined && match.place.includes(effect.place))) &&
    some(match.host, effect.host) &&
    (match.remote === undefined || match.remote === effect.remote)
  )
}

/**
 * A name of which nothing is known may be any: with it alone every loop over files would read a secret. So it only
 * counts where the folder says more.
 */
function readsMeet(path: string, pattern: string): boolean {
  if (path === UNKNOWN) return false
  const names = path.split('/')
  const name = names.pop() ?? ''
  if (SAYS_NOTHING.test(name) && /^\*\*\/[^/]*$/.test(pattern)) return false
  const folders = names.map((folder) => (SAYS_NOTHING.test(folder) ? SOME_FOLDER : folder))
  return globsMeet([...folders, name].join('/'), pattern)
}

const SAYS_NOTHING = /^[*?\uE000\uE001]+$/
/** No folder that a pattern names. */
const SOME_FOLDER = '\uE00F'

function occurInOrder(
  patterns: readonly string[],
  args: readonly string[],
  fits: (word: string, pattern: string) => boolean,
): boolean {
  let at = 0
  for (const pattern of patterns) {
    while (at < args.length && !fits(args[at] ?? '', pattern)) at++
    if (at++ >= args.length) return false
  }
  return true
}
