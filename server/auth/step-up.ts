// Shows the password of a login once more, before what must not be done with a browser that was left open.
import type { OperatorsTable } from '../../db/operators.ts'
import { HttpProblem } from '../http/problem.ts'
import type { Identity } from './identity.ts'
import type { LoginStore } from './login-store.ts'
import type { Throttle } from './throttle.ts'

/** How long a password that was shown again is good for. */
const STEP_UP_MS = 5 * 60_000

/**
 * @param verify checks a password against a hash
 * @param now milliseconds since the epoch
 */
export function createStepUp(
  { logins, operators, throttle }: { logins: LoginStore; operators: OperatorsTable; throttle: Throttle },
  verify: (password: string, hash: string | null) => Promise<boolean>,
  now: () => number,
) {
  /**
   * @param bucket that wrong passwords are counted in, together with those of sign-ins
   * @returns until when in ISO 8601, null for what is no login
   */
  return async (identity: Identity, password: string, bucket: string): Promise<string | null> => {
    const login = identity.via === 'login' ? logins.find(identity.id) : null
    if (!login) return null
    const attempt = throttle.begin(bucket)
    try {
      if (!(await verify(password, operators.byId(identity.operator.id)?.password_hash ?? null))) {
        attempt.failed()
        throw new HttpProblem(403, 'wrong_password', 'This is not the password of your account: try again')
      }
      attempt.succeeded(false)
    } finally {
      attempt.release()
    }
    const until = now() + STEP_UP_MS
    logins.stepUp(login, until)
    return new Date(until).toISOString()
  }
}
