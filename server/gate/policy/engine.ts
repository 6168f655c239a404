// The policy engine: what a call would do, which rule speaks of each part, and what follows for the whole.
import { AXES, type Axis, VERDICTS } from '../../../lib/events.ts'
import type { Question } from '../../drivers/driver.ts'
import { BUILT_IN_RULES } from './default-policy.ts'
import type { Analysis, Effect } from './effects.ts'
import { explain } from './explain.ts'
import type { Finding, Judgement } from './judgement.ts'
import type { PolicyContext } from './paths.ts'
import type { Policy } from './policy-file.ts'
import { type Rule, speaksOf } from './rules.ts'
import { analyse } from './tools.ts'

export type Examined = Judgement & {
  analysis: Analysis
  /** The strictest first. */
  findings: readonly Finding[]
  /** For the page: one sentence a line. */
  lines: readonly string[]
}

/**
 * Contract: never throws, reads nothing but its arguments, and takes bounded time; what it can't understand it treats
 * as the worst it could be. Of each thing that a call does the first rule that speaks of it decides, the operator's
 * rules before the built-in ones; of all things that the call does, the strictest.
 *
 * @param sessionRules what the console itself says of a session, before the built-in rules
 */
export function createPolicyEngine(policy: Policy, sessionRules: readonly Rule[] = []) {
  const builtIn = [...sessionRules, ...BUILT_IN_RULES]
  return {
    judge(question: Pick<Question, 'tool_name' | 'input'>, context: PolicyContext): Judgement {
      const { verdict, axis, rule, reason } = examine(question, context)
      return { verdict, axis, rule, reason }
    },
    /** The same with everything that led to it, for the page and for trying a command. */
    examine,
  }

  function examine(question: Pick<Question, 'tool_name' | 'input'>, context: PolicyContext): Examined {
    const analysis = analyse(question, context)
    const findings = analysis.effects
      .map((effect) => find(policy, builtIn, effect, analysis.tool))
      .sort(strictestFirst)
    const [first] = findings
    const axis = findings.reduce<Axis>(
      (worst, each) => (isWorse(each.axis, worst) ? each.axis : worst),
      'reversible',
    )
    const decided = {
      verdict: first?.verdict ?? 'ask',
      axis,
      rule: first?.rule ?? NO_RULE.name,
      reason: first?.why ?? NO_RULE.why,
    }
    return { ...decided, analysis, findings, lines: explain(decided, findings) }
  }
}

const NO_RULE = { name: 'no-rule', why: 'No rule speaks of it' }

function find(policy: Policy, builtIn: readonly Rule[], effect: Effect, tool: string): Finding {
  const own = policy.rules.find((rule) => speaksOf(rule, effect, tool))
  const rule = own ?? builtIn.find((each) => speaksOf(each, effect, tool))
  const finding = toFinding(effect, rule)
  if (own || policy.default === 'builtin') return finding
  return {
    ...finding,
    verdict: policy.default,
    rule: `default-${policy.default}`,
    why: DEFAULT_WORDS[policy.default],
  }
}

const DEFAULT_WORDS = {
  allow: 'This policy allows and records what no rule of its own speaks of',
  ask: 'This policy asks about everything that no rule of its own speaks of',
}

function toFinding(effect: Effect, rule: Rule | undefined): Finding {
  return rule
    ? { effect, verdict: rule.verdict, axis: rule.axis, rule: rule.name, why: rule.why }
    : { effect, verdict: 'ask', axis: 'irreversible', rule: NO_RULE.name, why: NO_RULE.why }
}

function isWorse(a: Axis, b: Axis): boolean {
  return AXES.indexOf(a) > AXES.indexOf(b)
}

function strictestFirst(a: Finding, b: Finding): number {
  return (
    VERDICTS.indexOf(b.verdict) - VERDICTS.indexOf(a.verdict) || AXES.indexOf(b.axis) - AXES.indexOf(a.axis)
  )
}
