// Accounts of tests, written into a console's database as the commands write them, without the seconds that those take.
import { randomUUID } from 'node:crypto'
import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { openDatabase } from '../../db/database.ts'
import { createOperatorsTable } from '../../db/operators.ts'
import type { Role } from '../../lib/api.ts'
import { addToken } from '../../server/auth/accounts.ts'
import { CHEAP_LOG_COST, hashPassword } from '../../server/auth/password.ts'

export type Account = { name: string; password: string; token: string }

/**
 * Makes an account and a bearer token, also beside a running console. Its password is quick to check; what an account
 * that was made by the command or in the page costs is tested there.
 *
 * @param data directory of the console
 */
export async function addAccount(
  data: string,
  { name, password }: { name: string; password: string },
  role: Role,
  label = name,
): Promise<Account> {
  const path = join(data, 'breakglass.db')
  appendFileSync(path, '', { mode: 0o600 }) // where the console has not made it yet, as private as it would
  const database = openDatabase(path)
  try {
    const password_hash = await hashPassword(password, CHEAP_LOG_COST)
    const created_at = new Date().toISOString()
    createOperatorsTable(database).insert({ id: randomUUID(), name, role, password_hash, created_at })
    return { name, password, token: await addToken(database, label, name) }
  } finally {
    database.close()
  }
}

/** A second person, who signs in with what this returns. */
export function addOperator({ data }: { data: string }, name: string, role: Role): Promise<Account> {
  return addAccount(data, { name, password: `a long password of ${name}` }, role)
}

/** The headers of a request in the name of whose token this is. */
export const as = (token: string) => ({ authorization: `Bearer ${token}` })
