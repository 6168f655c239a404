// The `breakglass` command: words in, an exit code out.
import { once } from 'node:events'
import { openDatabase } from '../db/database.ts'
import { runAccountCommand } from './auth/account-commands.ts'
import { runSession } from './daemon/session.ts'
import { openDataDirectory } from './data-directory.ts'
import { doctor } from './doctor.ts'
import { readEnvironment } from './environment.ts'
import { kill } from './kill/kill-command.ts'
import { serve } from './main.ts'
import { verify } from './verify.ts'

const USAGE = `Usage: breakglass COMMAND

  start                     the console, on http://127.0.0.1:4911 unless BREAKGLASS_PORT says otherwise
  drill                     the console for rehearsals: scripted model, no credentials
  operator add|passwd|role|lock|unlock|list
  token add|list|revoke
  kill [--lift] [--reason TEXT]
                            ends everything that runs, and lets nothing start until it is lifted
  session                   a TUI kept hot for another program, JSON a line in and out
  doctor                    checks what a recovery depends on
  verify [--session ID] [--anchor FILE]
                            recomputes the record's hash chains
`

/**
 * @param root of the project
 * @param argv without the program's name
 * @returns the exit code: 0 done, 1 refused or failed, 2 not understood
 */
export async function main(root: string, argv: readonly string[]): Promise<number> {
  const [command, ...rest] = argv
  const print = (line: string) => void process.stdout.write(`${line}\n`)
  try {
    switch (command) {
      case 'start':
        return await exitWith(await serve(root, print))
      case 'drill':
        return await exitWith(await serve(root, print, { drillsOnly: true }))
      case 'operator':
      case 'token':
        return await account(argv)
      case 'doctor':
        return await doctor(root, print)
      case 'kill':
        return await kill(
          rest,
          readEnvironment().dataDirectory,
          print,
          (line) => void process.stderr.write(`${line}\n`),
        )
      case 'session':
        return await exitWith(await runSession(root, rest, process))
      case 'verify':
        return verify(rest, print, (line) => void process.stderr.write(`${line}\n`))
      case undefined:
      case 'help':
      case '--help':
        print(USAGE)
        return 0
      default:
        process.stderr.write(`There is no command ${JSON.stringify(command)}\n\n${USAGE}`)
        return 2
    }
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    return exitWith(1)
  }
}

async function account(argv: readonly string[]): Promise<number> {
  process.umask(0o077)
  const database = openDatabase(openDataDirectory(readEnvironment().dataDirectory).database)
  try {
    return await runAccountCommand(argv, process, database)
  } finally {
    database.close()
  }
}

/** Timers and sockets of Next would keep the process alive after an orderly end. */
async function exitWith(code: number): Promise<never> {
  if (process.stdout.writableNeedDrain) await once(process.stdout, 'drain')
  process.exit(code)
}
