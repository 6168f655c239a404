// Accounts and tokens as an admin manages them in the page: the host's commands with answers for HTTP.
import type { Database } from '../../db/database.ts'
import { createLoginsTable } from '../../db/logins.ts'
import { createOperatorsTable } from '../../db/operators.ts'
import { createTokensTable } from '../../db/tokens.ts'
import type { AccountView } from '../../lib/account-api.ts'
import { HttpProblem } from '../http/problem.ts'
import type { Log } from '../log.ts'
import {
  AccountError,
  addOperator,
  addToken,
  changePassword,
  changeRole,
  lockOperator,
  revokeToken,
  unlockOperator,
} from './accounts.ts'
import { ABSOLUTE_LIMIT_MS, IDLE_LIMIT_MS } from './login-store.ts'

export type Accounts = ReturnType<typeof createAccounts>

/**
 * Contract: every change is a line in the log, with who made it. Each throws HttpProblem 404 `no_such_operator` or
 * 409 `account_refused` in words, the last admin's lock or demotion among them.
 */
export function createAccounts(database: Database, log: Log) {
  const operators = createOperatorsTable(database)
  const logins = createLoginsTable(database)
  const tokens = createTokensTable(database)

  async function change<T>(by: string, what: string, name: string, run: () => Promise<T>): Promise<T> {
    try {
      const done = await run()
      log.info({ by, account: name }, what)
      return done
    } catch (error) {
      throw error instanceof AccountError ? new HttpProblem(409, 'account_refused', error.message) : error
    }
  }

  function mustExist(name: string) {
    if (operators.byName(name)) return
    throw new HttpProblem(404, 'no_such_operator', `There is no operator ${JSON.stringify(name)}`)
  }

  function view(name: string): AccountView {
    const found = list().find((each) => each.name.toLowerCase() === name.toLowerCase())
    if (found) return found
    throw new HttpProblem(404, 'no_such_operator', `There is no operator ${JSON.stringify(name)}`)
  }

  /** All accounts by name. */
  function list(): AccountView[] {
    const now = Date.now()
    const valid = tokens.all().filter(({ revoked_at }) => revoked_at === null)
    return operators.all().map(({ id, name, role, created_at, locked_at }) => {
      const open = logins.ofOperator(id, now - ABSOLUTE_LIMIT_MS, now - IDLE_LIMIT_MS)
      const seen = open.map(({ last_seen_ms }) => last_seen_ms)
      return {
        ...{ name, role, created_at, locked_at, logins: open.length },
        last_seen_at: seen.length > 0 ? new Date(Math.max(...seen)).toISOString() : null,
        tokens: valid
          .filter(({ operator_id }) => operator_id === id)
          .map(({ id: tokenId, label, scope, created_at: made, last_used_at }) => ({
            ...{ id: tokenId, label, scope, created_at: made, last_used_at },
          })),
      }
    })
  }

  return {
    list,
    async add(input: { name: string; role: string; password: string }, by: string): Promise<AccountView> {
      await change(by, 'An account was added', input.name, () => addOperator(database, input))
      return view(input.name)
    },
    async setRole(name: string, role: string, by: string): Promise<AccountView> {
      mustExist(name)
      await change(by, `A role was changed to ${role}`, name, () => changeRole(database, name, role))
      return view(name)
    },
    /** Ends the logins of the account; its tokens stay. */
    async setPassword(name: string, password: string, by: string): Promise<AccountView> {
      mustExist(name)
      await change(by, 'A password was reset', name, () => changePassword(database, name, password))
      return view(name)
    },
    /** Logins end now; what the account has running ends within a second. */
    async lock(name: string, by: string): Promise<AccountView> {
      mustExist(name)
      await change(by, 'An account was locked', name, () => lockOperator(database, name))
      return view(name)
    },
    async unlock(name: string, by: string): Promise<AccountView> {
      mustExist(name)
      await change(by, 'An account was unlocked', name, () => unlockOperator(database, name))
      return view(name)
    },
    /** @returns the token, which is kept nowhere */
    async addToken(name: string, { label, scope }: { label: string; scope: string }, by: string) {
      mustExist(name)
      return {
        token: await change(by, 'A token was made', name, () => addToken(database, label, name, scope)),
      }
    },
    async revokeToken(id: string, by: string): Promise<void> {
      await change(by, 'A token was revoked', id, () => revokeToken(database, id))
    },
  }
}
