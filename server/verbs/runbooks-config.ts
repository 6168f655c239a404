// The configuration's `verbs`, `presets` and `runbooks`: checked wholly, so that nothing is wrong with a verb when it is needed.
import { z } from 'zod'
import { type Blank, blanksIn } from '../../lib/blanks.ts'
import { AXES } from '../../lib/events.ts'

const TIMEOUT_MAX_SECONDS = 3600

const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,63}$/, 'Use lower-case letters, digits, dots, dashes and underscores')
const words = (max: number) => z.string().trim().min(1).max(max)
const argument = z
  .string()
  .max(2000)
  .refine((text) => !text.includes('\0'), 'No program can be given a NUL character')
const command = z
  .array(argument, 'Give the program and its arguments as a list: no shell reads them')
  .min(1)
  .max(100)
  .refine(
    ([program = '']) => /^(?:\/.*)?[^/]+$/.test(program),
    'First comes a program: its name, or its absolute path',
  )
  .refine(
    ([program = '']) => blanksIn([program]).length === 0,
    'The program itself can’t be a blank: write it out',
  )

const blank = z
  .strictObject({
    title: words(100).optional(),
    pattern: z
      .string()
      .max(500)
      .refine(isPattern, 'This is no regular expression')
      .refine((text) => !/^\^|\$$/.test(text), 'Leave ^ and $ out: the whole value has to fit anyhow')
      .optional(),
    choices: z.array(z.string().min(1).max(200)).min(1).max(100).optional(),
    default: z.string().min(1).max(500).optional(),
    example: words(100).optional(),
  })
  .refine((given) => !(given.choices && given.pattern), 'Give either choices or a pattern')
  .refine(
    ({ choices, default: value }) => !choices || value === undefined || choices.includes(value),
    'The default is not among the choices',
  )
const blanks = z.record(
  z.string().regex(/^[a-z][a-z0-9_]{0,31}$/, 'Name a blank with lower-case letters, digits and underscores'),
  blank,
)

const verbSchema = z
  .strictObject({
    name,
    title: words(100),
    description: words(500).optional(),
    /** Under which heading it stands. */
    group: words(40).default('Our own'),
    argv: command,
    blanks: blanks.default({}),
    /** Where it runs, for the reader: the argv may be `ssh HOST …`. */
    host: words(100).optional(),
    /** Asked before it runs, in these words where a text is given. */
    confirm: z.union([z.literal(true), words(300)]).optional(),
    /** Run first and shown; the verb asks then in any case. */
    evidence: command.optional(),
    timeout_seconds: z.int().min(1).max(TIMEOUT_MAX_SECONDS).default(60),
    axis: z.enum(AXES).default('changes_state'),
    role: z.enum(['operator', 'admin']).default('operator'),
    /** Programs, or absolute paths, without which it can't work here, besides those it names first. */
    needs: z.array(words(200)).max(20).default([]),
  })
  .superRefine((verb, context) => {
    tellUndeclared({ argv: verb.argv, evidence: verb.evidence ?? [] }, verb.blanks, context)
    if (verb.axis === 'irreversible' && !verb.confirm && !verb.evidence) {
      const message = 'What can’t be taken back has to ask: add "confirm" or "evidence"'
      context.addIssue({ code: 'custom', path: ['axis'], message })
    }
  })

const presetSchema = z
  .strictObject({
    name,
    title: words(100),
    description: words(500).optional(),
    group: words(40).default('Our own'),
    prompt: words(20_000),
    blanks: blanks.default({}),
  })
  .superRefine((preset, context) => tellUndeclared({ prompt: [preset.prompt] }, preset.blanks, context))

/** A list whose entries have names of their own, and are not too many for a page. */
const named = <T extends { name: string }>(entry: z.ZodType<T>, what: string) =>
  z
    .array(entry)
    .max(500)
    .superRefine((list, context) => {
      const seen = new Set<string>()
      list.forEach((each, at) => {
        if (seen.has(each.name)) {
          const message = `There is another ${what} named "${each.name}"`
          context.addIssue({ code: 'custom', path: [at, 'name'], message })
        }
        seen.add(each.name)
      })
    })

export const verbsSchema = named(verbSchema, 'verb')
export const presetsSchema = named(presetSchema, 'preset')
/** `starter`: those that come with the console, beside the configuration's own; `none`: without them. */
export const runbooksSchema = z.enum(['starter', 'none'])

export type Verb = z.infer<typeof verbSchema>
export type Preset = z.infer<typeof presetSchema>

/** The blanks of a verb or preset as the page and the checks want them, in the order in which they stand. */
export function blanksOf(texts: readonly string[], declared: Verb['blanks']): Blank[] {
  return blanksIn(texts).map((key) => {
    const {
      title = readable(key),
      pattern = null,
      choices = null,
      example = null,
      ...rest
    } = declared[key] ?? {}
    return { name: key, title, pattern, choices, default: rest.default ?? null, example }
  })
}

function tellUndeclared(
  texts: Record<string, readonly string[]>,
  declared: Verb['blanks'],
  context: z.RefinementCtx,
) {
  for (const [where, each] of Object.entries(texts)) {
    const undeclared = blanksIn(each).find((key) => !Object.hasOwn(declared, key))
    if (undeclared === undefined) continue
    const message = `The blank {${undeclared}} is not declared: add it under "blanks"`
    context.addIssue({ code: 'custom', path: [where], message })
  }
  const used = blanksIn(Object.values(texts).flat())
  for (const key of Object.keys(declared)) {
    if (used.includes(key)) continue
    context.addIssue({ code: 'custom', path: ['blanks', key], message: `No {${key}} stands anywhere` })
  }
}

function readable(key: string): string {
  return key.charAt(0).toUpperCase() + key.slice(1).replaceAll('_', ' ')
}

function isPattern(source: string): boolean {
  try {
    new RegExp(`^(?:${source})$`, 'u')
    return true
  } catch {
    return false
  }
}
