// A policy as an operator writes it: YAML, checked wholly, errors with line and column.
import { LineCounter, parseDocument } from 'yaml'
import { z } from 'zod'
import { RULES, ruleSchema } from './rules.ts'

/** What decides where no rule of the operator's own speaks: the built-in rules, or one verdict for everything. */
export const POLICY_DEFAULTS = ['builtin', 'allow', 'ask'] as const

export const policySchema = z.strictObject({
  default: z.enum(POLICY_DEFAULTS).default('builtin'),
  /** Before the built-in ones; of each thing that a call does, the first rule that speaks of it decides. */
  rules: z
    .array(ruleSchema)
    .max(RULES)
    .default([])
    .refine(
      (rules) => new Set(rules.map(({ name }) => name)).size === rules.length,
      'Give each rule a name of its own',
    ),
})
export type Policy = z.infer<typeof policySchema>

/** A policy that can't be used. The message names file, line and column, and what was expected. */
export class PolicyError extends Error {
  override name = 'PolicyError'
}

/** Deepest nesting of aliases that is followed: a few lines of YAML can otherwise stand for millions. */
const ALIASES = 20

/**
 * Reads a policy.
 * @param file its name, for messages
 * @throws PolicyError
 */
export function parsePolicy(text: string, file: string): Policy {
  const lineCounter = new LineCounter()
  const document = parseDocument(text, { lineCounter })
  const where = (offset: number) => {
    const { line, col } = lineCounter.linePos(offset)
    return `${file}, line ${line}, column ${col}`
  }
  const [broken] = document.errors
  if (broken) throw new PolicyError(`${where(broken.pos[0])}: ${broken.message.split('\n')[0]}`)
  let value: unknown
  try {
    value = document.toJS({ maxAliasCount: ALIASES }) ?? {}
  } catch (error) {
    throw new PolicyError(`${where(0)}: ${(error as Error).message}`)
  }
  const parsed = policySchema.safeParse(value)
  if (parsed.success) return parsed.data
  throw new PolicyError(
    parsed.error.issues
      .map((issue) => {
        const keys = issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key))
        return `${where(offsetOf(document, keys))}: ${keys.join('.') || 'the whole'}: ${issue.message}`
      })
      .join('\n'),
  )
}

/** Where the nearest thing stands that the file does contain on the way to a key. */
function offsetOf(document: ReturnType<typeof parseDocument>, keys: (string | number)[]): number {
  for (let length = keys.length; length >= 0; length--) {
    const node = document.getIn(keys.slice(0, length), true)
    if (node && typeof node === 'object' && 'range' in node && Array.isArray(node.range))
      return Number(node.range[0])
  }
  return 0
}
