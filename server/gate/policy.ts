// What the console allows a tool call to do, until rules on arguments come: one verdict for all.
import type { Policy } from './gate.ts'

/** `allow`: let it run and record it. `ask`: an operator decides each call. */
export const POLICY_DEFAULTS = ['allow', 'ask'] as const
export type PolicyDefault = (typeof POLICY_DEFAULTS)[number]

export function createPolicy(byDefault: PolicyDefault): Policy {
  return () =>
    byDefault === 'allow'
      ? { verdict: 'allow', reason: 'Policy: allow and record' }
      : { verdict: 'ask', reason: 'Policy: an operator decides every call' }
}
