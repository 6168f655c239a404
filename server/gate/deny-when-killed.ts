// Before any policy: while the kill switch is engaged every call is refused.
import type { KillSwitch } from '../kill/kill-switch.ts'
import type { SessionPolicy } from './session-policy.ts'

/** A CLI that could not be killed goes on asking: the answer is no. */
export function denyWhenKilled(
  kill: Pick<KillSwitch, 'isEngaged'>,
  examine: SessionPolicy['examine'],
): SessionPolicy['examine'] {
  return (sessionId, question) => {
    const examined = examine(sessionId, question)
    return kill.isEngaged()
      ? { ...examined, verdict: 'never', rule: 'kill-switch', reason: 'The kill switch is engaged' }
      : examined
  }
}
