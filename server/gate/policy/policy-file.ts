// A policy as an operator writes it, in the configuration file.
import { z } from 'zod'
import { RULES, ruleSchema } from './rules.ts'

/** What decides where no rule of the operator's own speaks: the built-in rules, or one verdict for everything. */
const POLICY_DEFAULTS = ['builtin', 'allow', 'ask'] as const

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
