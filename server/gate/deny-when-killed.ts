// Before any policy: while the kill switch is engaged every call is refused.
import type { KillSwitch } from '../kill/kill-switch.ts'
import type { Policy } from './gate.ts'

/** A CLI that could not be killed goes on asking: the answer is no. */
export function denyWhenKilled(kill: Pick<KillSwitch, 'isEngaged'>, policy: Policy): Policy {
  return (question) =>
    kill.isEngaged() ? { verdict: 'deny', reason: 'The kill switch is engaged' } : policy(question)
}
