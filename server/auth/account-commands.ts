// `breakglass operator …` and `breakglass token …`: arguments in, accounts changed, words and an exit code out.
import type { Writable } from 'node:stream'
import { parseArgs } from 'node:util'
import type { Database } from '../../db/database.ts'
import { ROLES } from '../../lib/api.ts'
import {
  AccountError,
  addOperator,
  addToken,
  changePassword,
  changeRole,
  listOperators,
  listTokens,
  lockOperator,
  revokeToken,
  unlockOperator,
} from './accounts.ts'
import { askPassword, type PasswordInput, readPipedPassword } from './read-password.ts'

export type CommandIo = { stdin: PasswordInput; stdout: Writable; stderr: Writable }

export const ACCOUNT_USAGE = `Usage:
  breakglass operator add NAME --role ${ROLES.join('|')} [--password-stdin]
  breakglass operator passwd NAME [--password-stdin]
  breakglass operator role NAME ${ROLES.join('|')}
  breakglass operator lock NAME
  breakglass operator unlock NAME
  breakglass operator list
  breakglass token add LABEL --operator NAME [--scope console|gateway]
  breakglass token list
  breakglass token revoke LABEL
Without --password-stdin the password is asked for on the terminal
`

class UsageError extends Error {}

const OPTIONS = {
  role: { type: 'string' },
  operator: { type: 'string' },
  scope: { type: 'string' },
  'password-stdin': { type: 'boolean' },
  help: { type: 'boolean' },
} as const

type Values = { role?: string; operator?: string; scope?: string; 'password-stdin'?: boolean; help?: boolean }

/**
 * Runs one account command.
 *
 * @param argv from `operator` or `token` on
 * @returns the exit code: 0 done, 1 refused, 2 not understood
 */
export async function runAccountCommand(
  argv: readonly string[],
  io: CommandIo,
  database: Database,
): Promise<number> {
  try {
    const { positionals, values } = parse(argv)
    if (values.help) {
      io.stdout.write(ACCOUNT_USAGE)
      return 0
    }
    const [noun, verb, ...names] = positionals
    // Both ways of saying it are easily mistaken for the other.
    if (noun === 'operator' && verb === 'role' && values.role !== undefined) names.push(values.role)
    const command = COMMANDS[`${noun} ${verb}`]
    if (!command) throw new UsageError(`There is no command ${JSON.stringify([noun, verb].join(' ').trim())}`)
    if (names.length !== command.names) {
      throw new UsageError(`"${noun} ${verb}" takes ${command.names} name(s), got ${names.length}`)
    }
    const unused = Object.keys(values).find((option) => !command.options.includes(option))
    if (unused !== undefined) throw new UsageError(`"${noun} ${verb}" has no option "--${unused}"`)
    await command.run(database, io, names, values)
    return 0
  } catch (error) {
    if (error instanceof UsageError) {
      io.stderr.write(`${error.message}\n${ACCOUNT_USAGE}`)
      return 2
    }
    if (!(error instanceof AccountError)) throw error
    io.stderr.write(`${error.message}\n`)
    return 1
  }
}

type Command = {
  names: number
  options: readonly string[]
  run: (database: Database, io: CommandIo, names: readonly string[], values: Values) => Promise<void>
}

const COMMANDS: Readonly<Record<string, Command>> = {
  'operator add': {
    names: 1,
    options: ['role', 'password-stdin'],
    async run(database, io, [name = ''], { role, 'password-stdin': piped }) {
      if (role === undefined) throw new UsageError(`Say --role ${ROLES.join('|')}`)
      const added = await addOperator(database, { name, role, password: await readPassword(io, piped) })
      io.stdout.write(`Added ${added.name} with the role ${added.role}\n`)
    },
  },
  'operator passwd': {
    names: 1,
    options: ['password-stdin'],
    async run(database, io, [name = ''], { 'password-stdin': piped }) {
      const tokens = await changePassword(database, name, await readPassword(io, piped))
      const rest = tokens > 0 ? `; ${tokens} bearer token(s) stay valid, see "breakglass token list"` : ''
      io.stdout.write(`Changed the password of ${name}, who is signed out everywhere${rest}\n`)
    },
  },
  'operator role': {
    names: 2,
    options: ['role'],
    async run(database, io, [name = '', role = '']) {
      await changeRole(database, name, role)
      io.stdout.write(`${name} has the role ${role} now\n`)
    },
  },
  'operator lock': {
    names: 1,
    options: [],
    async run(database, io, [name = '']) {
      await lockOperator(database, name)
      io.stdout.write(`Locked ${name}, who is signed out everywhere\n`)
    },
  },
  'operator unlock': {
    names: 1,
    options: [],
    async run(database, io, [name = '']) {
      await unlockOperator(database, name)
      io.stdout.write(`Unlocked ${name}, and every address that was blocked after wrong passwords\n`)
    },
  },
  'operator list': {
    names: 0,
    options: [],
    async run(database, io) {
      const lines = listOperators(database).map(({ name, role, created_at, locked_at, tokens }) => [
        name,
        role,
        locked_at === null ? 'active' : `locked ${locked_at}`,
        `${tokens} token(s)`,
        `created ${created_at}`,
      ])
      io.stdout.write(columns(lines))
    },
  },
  'token add': {
    names: 1,
    options: ['operator', 'scope'],
    async run(database, io, [label = ''], { operator, scope }) {
      if (operator === undefined)
        throw new UsageError('Say --operator NAME: the token may do what that operator may do')
      io.stdout.write(`${await addToken(database, label, operator, scope)}\n`)
    },
  },
  'token list': {
    names: 0,
    options: [],
    async run(database, io) {
      const lines = listTokens(database).map((token) => [
        token.label,
        token.operator,
        token.revoked_at === null ? 'valid' : `revoked ${token.revoked_at}`,
        `used ${token.last_used_at ?? 'never'}`,
        `created ${token.created_at}`,
        `scope ${token.scope}`,
      ])
      io.stdout.write(columns(lines))
    },
  },
  'token revoke': {
    names: 1,
    options: [],
    async run(database, io, [label = '']) {
      await revokeToken(database, label)
      io.stdout.write(`Revoked ${label}\n`)
    },
  },
}

function parse(argv: readonly string[]): { positionals: string[]; values: Values } {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true, strict: true })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message.split('. ')[0] : String(error))
  }
}

async function readPassword(io: CommandIo, piped: boolean | undefined): Promise<string> {
  if (piped) {
    try {
      return await readPipedPassword(io.stdin)
    } catch (error) {
      throw error instanceof RangeError ? new AccountError(error.message) : error
    }
  }
  if (!io.stdin.isTTY) throw new UsageError('Say --password-stdin and send the password on standard input')
  const password = await askPassword(io.stdin, io.stderr, 'New password: ')
  const again = password === null ? null : await askPassword(io.stdin, io.stderr, 'The same again: ')
  if (password === null || again === null) throw new AccountError('Broken off, nothing was changed')
  if (password !== again) throw new AccountError('The two passwords differ, nothing was changed')
  return password
}

function columns(lines: readonly (readonly string[])[]): string {
  const widths = (lines[0] ?? []).map((_, column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0)),
  )
  return lines
    .map(
      (line) =>
        `${line
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('')
}
