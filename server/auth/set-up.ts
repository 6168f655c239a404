// The first account: made once, with the token that the console printed.
import { randomUUID } from 'node:crypto'
import type { Database } from '../../db/database.ts'
import { createOperatorsTable, type OperatorRow } from '../../db/operators.ts'
import { createSettingsTable } from '../../db/settings.ts'
import { HttpProblem } from '../http/problem.ts'
import { retryWhileBusy } from './retry-while-busy.ts'
import { hashSecret, isSameSecret, newSecret } from './secrets.ts'

const SET_UP_KEY = 'set_up_token_hash'

/** @param hash derives a password's hash */
export function createSetUp(
  database: Database,
  hash: (password: string) => Promise<string>,
  now: () => number,
) {
  const operators = createOperatorsTable(database)
  const settings = createSettingsTable(database)

  function refuse(token: string) {
    if (operators.count() > 0) {
      throw new HttpProblem(409, 'already_set_up', 'There is an account already: sign in')
    }
    if (isSameSecret(hashSecret(token), settings.get(SET_UP_KEY) ?? '')) return
    const detail = 'The set-up link is not valid: use the one the console printed last when it started'
    throw new HttpProblem(403, 'wrong_set_up_token', detail)
  }

  return {
    /** A fresh one-time token, null once there is an operator. The last one only is good. */
    token(): string | null {
      if (operators.count() > 0) return null
      const token = newSecret()
      settings.set(SET_UP_KEY, hashSecret(token))
      return token
    },

    /**
     * Creates the first account, an admin.
     * @throws HttpProblem 403 `wrong_set_up_token`, 409 `already_set_up`
     */
    async create(token: string, name: string, password: string): Promise<OperatorRow> {
      refuse(token)
      const password_hash = await hash(password)
      const create = database.transaction(() => {
        refuse(token)
        const created_at = new Date(now()).toISOString()
        const row = { id: randomUUID(), name, role: 'admin', password_hash, created_at } as const
        operators.insert(row)
        settings.remove(SET_UP_KEY)
        return { ...row, locked_at: null }
      })
      return retryWhileBusy(create.immediate)
    },
  }
}
