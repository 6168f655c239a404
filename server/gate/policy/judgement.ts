// What the policy says of a call, and of each thing that it would do.
import type { Axis, Verdict } from '../../../lib/events.ts'
import type { Effect } from './effects.ts'

export type Judgement = {
  verdict: Verdict
  axis: Axis
  /** The name of the rule that decided. */
  rule: string
  /** Why, for an operator. */
  reason: string
}

/** One thing that a call would do, and the rule that speaks of it. */
export type Finding = { effect: Effect; verdict: Verdict; axis: Axis; rule: string; why: string }
