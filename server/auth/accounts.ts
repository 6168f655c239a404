// Accounts and bearer tokens as the `breakglass` command changes them, with a server running or without.
import { randomUUID } from 'node:crypto'
import { type Database, isUniqueViolation } from '../../db/database.ts'
import { createLoginsTable } from '../../db/logins.ts'
import { createOperatorsTable, type OperatorRow } from '../../db/operators.ts'
import { createFailuresTable } from '../../db/sign-in-failures.ts'
import { createTokensTable, TOKEN_SCOPES, type TokenRow, type TokenScope } from '../../db/tokens.ts'
import { type OperatorView, operatorNameSchema, passwordSchema, ROLES, type Role } from '../../lib/api.ts'
import { hashPassword } from './password.ts'
import { retryWhileBusy } from './retry-while-busy.ts'
import { hashSecret, newSecret } from './secrets.ts'

/** Lets a scanner or a redaction rule recognise a token that has leaked. */
export const TOKEN_PREFIX = 'bg_'
const LABEL_CHARACTERS = 100

/** An account or token can't be changed as asked. The message says why and what to do. */
export class AccountError extends Error {
  override readonly name = 'AccountError'
}

export type AccountLine = {
  name: string
  role: Role
  created_at: string
  locked_at: string | null
  tokens: number
}
export type TokenLine = Omit<TokenRow, 'token_hash' | 'operator_id'> & { operator: string }

/** @throws AccountError when the name is taken, or a value can't be used */
export async function addOperator(
  database: Database,
  input: { name: string; role: string; password: string },
): Promise<OperatorView> {
  const name = checkName(input.name)
  const role = checkRole(input.role)
  const operators = createOperatorsTable(database)
  const taken = () =>
    new AccountError(`The name ${JSON.stringify(name)} is taken: choose another, or use "operator passwd"`)
  if (operators.byName(name)) throw taken()
  const row = {
    id: randomUUID(),
    name,
    role,
    password_hash: await hashPassword(checkPassword(input.password)),
    created_at: new Date().toISOString(),
  }
  try {
    await retryWhileBusy(() => operators.insert(row))
  } catch (error) {
    throw isUniqueViolation(error) ? taken() : error
  }
  return { id: row.id, name, role }
}

/**
 * Sets a new password and ends all logins of the operator; bearer tokens stay.
 * @returns how many bearer tokens are still valid
 * @throws AccountError for an unknown name or a password that can't be used
 */
export async function changePassword(database: Database, name: string, password: string): Promise<number> {
  const { id } = findOperator(database, name)
  const hash = await hashPassword(checkPassword(password))
  await change(database, () => {
    createOperatorsTable(database).setPassword(id, hash)
    createLoginsTable(database).removeOf(id)
  })
  return createTokensTable(database).countOf(id)
}

/** @throws AccountError for an unknown name or role, and for the last admin */
export async function changeRole(database: Database, name: string, role: string): Promise<void> {
  const checked = checkRole(role)
  await change(database, () => {
    const operator = findOperator(database, name)
    if (checked !== 'admin') keepAnAdmin(database, operator, 'demoted')
    createOperatorsTable(database).setRole(operator.id, checked)
  })
}

/**
 * Locks an account: its logins end, its bearer tokens are refused until it is unlocked.
 * @throws AccountError for an unknown name and for the last admin
 */
export async function lockOperator(database: Database, name: string): Promise<void> {
  await change(database, () => {
    const operator = findOperator(database, name)
    keepAnAdmin(database, operator, 'locked')
    createOperatorsTable(database).setLocked(operator.id, new Date().toISOString())
    createLoginsTable(database).removeOf(operator.id)
  })
}

/**
 * Unlocks an account, and lets every address sign in again that was blocked after wrong passwords.
 * @throws AccountError for an unknown name
 */
export async function unlockOperator(database: Database, name: string): Promise<void> {
  await change(database, () => {
    createOperatorsTable(database).setLocked(findOperator(database, name).id, null)
    createFailuresTable(database).removeAll()
  })
}

/** All accounts by name. */
export function listOperators(database: Database): AccountLine[] {
  const tokens = createTokensTable(database)
  return createOperatorsTable(database)
    .all()
    .map(({ id, name, role, created_at, locked_at }) => ({
      name,
      role,
      created_at,
      locked_at,
      tokens: tokens.countOf(id),
    }))
}

/**
 * Makes a bearer token that may do what its operator may do, in the console or through the gateway.
 * @param scope `console` or `gateway`
 * @returns the token, which is kept nowhere
 * @throws AccountError for an unknown operator or scope, a label in use, or one that can't be used
 */
export async function addToken(
  database: Database,
  label: string,
  operatorName: string,
  scope = 'console',
): Promise<string> {
  if (label.trim() === '' || label.length > LABEL_CHARACTERS || /\p{Cc}/u.test(label)) {
    throw new AccountError(
      `The label must have 1 to ${LABEL_CHARACTERS} characters on one line, got ${JSON.stringify(label.slice(0, LABEL_CHARACTERS))}`,
    )
  }
  const checkedScope = checkScope(scope)
  const token = TOKEN_PREFIX + newSecret()
  await change(database, () => {
    const tokens = createTokensTable(database)
    const operator = findOperator(database, operatorName)
    if (tokens.named(label).length > 0) {
      throw new AccountError(
        `A token ${JSON.stringify(label)} exists: choose another label, or revoke it first`,
      )
    }
    tokens.insert({
      id: randomUUID(),
      label,
      scope: checkedScope,
      operator_id: operator.id,
      token_hash: hashSecret(token),
      created_at: new Date().toISOString(),
    })
  })
  return token
}

/** All tokens, oldest first, revoked ones too. */
export function listTokens(database: Database): TokenLine[] {
  return createTokensTable(database)
    .all()
    .map(({ token_hash: _hash, operator_id: _operator, ...line }) => line)
}

/** @throws AccountError when no valid token has this id or label */
export async function revokeToken(database: Database, idOrLabel: string): Promise<void> {
  await change(database, () => {
    const tokens = createTokensTable(database)
    const [token] = tokens.named(idOrLabel)
    if (!token) {
      throw new AccountError(
        `There is no valid token ${JSON.stringify(idOrLabel)}: "breakglass token list" shows them`,
      )
    }
    tokens.revoke(token.id, new Date().toISOString())
  })
}

function change(database: Database, write: () => void): Promise<void> {
  return retryWhileBusy(database.transaction(write).immediate)
}

function findOperator(database: Database, name: string): OperatorRow {
  const operator = createOperatorsTable(database).byName(name)
  if (operator) return operator
  throw new AccountError(
    `There is no operator ${JSON.stringify(name)}: "breakglass operator list" shows them`,
  )
}

function keepAnAdmin(database: Database, operator: OperatorRow, done: 'locked' | 'demoted') {
  if (operator.role !== 'admin' || operator.locked_at !== null) return
  if (createOperatorsTable(database).otherAdmins(operator.id) > 0) return
  const { name } = operator
  throw new AccountError(
    `${JSON.stringify(name)} is the last admin and can't be ${done}: make another operator admin first`,
  )
}

function checkName(name: string): string {
  const parsed = operatorNameSchema.safeParse(name)
  if (parsed.success) return parsed.data
  throw new AccountError(
    `The name ${JSON.stringify(name)} can't be used: ${parsed.error.issues[0]?.message ?? 'choose another'}`,
  )
}

function checkRole(role: string): Role {
  const known = ROLES.find((each) => each === role)
  if (known) return known
  throw new AccountError(`The role ${JSON.stringify(role)} is not known: use ${ROLES.join(', ')}`)
}

function checkScope(scope: string): TokenScope {
  const known = TOKEN_SCOPES.find((each) => each === scope)
  if (known) return known
  throw new AccountError(`The scope ${JSON.stringify(scope)} is not known: use ${TOKEN_SCOPES.join(' or ')}`)
}

function checkPassword(password: string): string {
  if (password === '') throw new AccountError('The password is empty: send it on standard input')
  const parsed = passwordSchema.safeParse(password)
  if (parsed.success) return parsed.data
  throw new AccountError(`The password can't be used: ${parsed.error.issues[0]?.message ?? 'choose another'}`)
}
