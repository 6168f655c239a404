// `breakglass kill`: works with a console that runs, hangs or does not run at all.
import { existsSync, realpathSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { type Database, openDatabase } from '../../db/database.ts'
import { createEventsTable } from '../../db/events.ts'
import { createKillsTable, type KillRow } from '../../db/kills.ts'
import type { Survivor } from '../claude/process-tree.ts'
import { runningConsole } from '../data-directory.ts'
import { createSentinel, type Order } from './sentinel.ts'
import { sweepFromOutside } from './sweep-from-outside.ts'

export const KILL_USAGE = `Usage:
  breakglass kill [--reason TEXT]          ends every turn, terminal and process, and lets nothing start
  breakglass kill --lift [--reason TEXT]   lets things start again
`

type Data = { path: string; database: string }

/** A console that works stops its turns itself, and so knows why they end; one that hangs is waited for no longer. */
const HEAD_START_MS = 1_500
/** How long a console is given to say that it has done it. */
const ANSWER_MS = 4_000
const LOOK_MS = 50

/**
 * @param print lines for whoever runs it
 * @returns the exit code: 0 nothing runs any more, 1 something survives or could not be done, 2 not understood
 */
export async function kill(
  argv: readonly string[],
  dataDirectory: string,
  print: (line: string) => void,
  complain: (line: string) => void,
): Promise<number> {
  let values: { reason?: string; lift?: boolean; help?: boolean }
  try {
    const options = {
      reason: { type: 'string' },
      lift: { type: 'boolean' },
      help: { type: 'boolean' },
    } as const
    values = parseArgs({ args: [...argv], options }).values
  } catch (error) {
    complain(`${(error as Error).message}\n${KILL_USAGE}`)
    return 2
  }
  if (values.help) {
    print(KILL_USAGE)
    return 0
  }
  if (!existsSync(dataDirectory)) {
    complain(`There is no data directory ${dataDirectory}: set BREAKGLASS_DATA_DIR to the one of the console`)
    return 1
  }
  process.umask(0o077)
  // Not opened as a console opens it, which writes: the disk may be full.
  const path = realpathSync(dataDirectory)
  const data = { path, database: join(path, 'breakglass.db') }
  const by = `${userInfo().username} on the host`
  const order = { by, at: new Date().toISOString(), reason: values.reason?.trim() || null }
  return values.lift ? lift(data, order, print, complain) : engage(data, order, print, complain)
}

async function engage(
  data: Data,
  order: Order,
  print: (line: string) => void,
  complain: (line: string) => void,
): Promise<number> {
  const console = await runningConsole(data.path)
  if (!createSentinel(data.path).write(order)) {
    complain(`The file KILL can't be made in ${data.path}: only what runs now is ended`)
    if (console) process.kill(console.pid, 'SIGUSR2')
  }
  print('The kill switch is engaged: nothing starts until it is lifted, here with "breakglass kill --lift"')
  try {
    if (console) await waitForRow(data, () => true, HEAD_START_MS)
    const isDone = ({ survivors }: KillRow) => survivors !== null
    const [confirmed] = await Promise.all([
      console && waitForRow(data, isDone, ANSWER_MS),
      sweepFromOutside(data),
    ])
    print(whoDidIt(console?.pid ?? null, confirmed === true))
    return tellSurvivors(await sweepFromOutside(data), print)
  } catch (error) {
    complain(
      `The record can't be read, so that it is not known from here what runs: ${(error as Error).message}`,
    )
    return 1
  }
}

function whoDidIt(pid: number | null, answered: boolean): string {
  if (pid === null) return 'No console runs: what an earlier one had left was ended from here'
  if (answered) return `The console (pid ${pid}) has ended everything that ran`
  return `The console (pid ${pid}) has not confirmed it: it hangs, or can't write its record. What it had started was ended from here`
}

/** Whether the console puts it into the record in time. */
async function waitForRow(
  { database: path }: Data,
  fits: (row: KillRow) => boolean,
  ms: number,
): Promise<boolean> {
  const giveUpAt = performance.now() + ms
  while (performance.now() < giveUpAt) {
    const row = read(path, (database) => createKillsTable(database).open())
    if (row && fits(row)) return true
    await sleep(LOOK_MS)
  }
  return false
}

async function lift(
  data: Data,
  order: Order,
  print: (line: string) => void,
  complain: (line: string) => void,
): Promise<number> {
  const sentinel = createSentinel(data.path)
  const isEngaged = () =>
    sentinel.isThere() || read(data.database, (each) => createKillsTable(each).open()) !== null
  if (!isEngaged() && !sentinel.readLift()) {
    print('The kill switch is not engaged')
    return 0
  }
  sentinel.askToLift(order)
  const console = await runningConsole(data.path)
  const giveUpAt = performance.now() + ANSWER_MS
  while (console && sentinel.readLift() && performance.now() < giveUpAt) await sleep(LOOK_MS)
  if (!console && liftInRecord(data.database, order)) sentinel.remove()
  if (!sentinel.readLift()) {
    print('The kill switch is lifted: turns and terminals can be started again')
    return 0
  }
  complain(
    console
      ? `The console (pid ${console.pid}) does not answer: the switch is lifted as soon as it goes on`
      : 'The record can not be written: the switch is lifted when the console is started the next time',
  )
  return 1
}

/** @returns whether the record has it */
function liftInRecord(path: string, order: Order): boolean {
  if (!existsSync(path)) return true
  try {
    const database = openDatabase(path)
    try {
      const kills = createKillsTable(database)
      const sessions = JSON.parse(kills.open()?.sessions ?? '[]') as string[]
      const told = { kind: 'control', action: 'kill_lifted', operator: order.by } as const
      const event = order.reason ? { ...told, reason: order.reason } : told
      const events = createEventsTable(database)
      database.transaction(() => {
        kills.lift({ lifted_at: order.at, lifted_by: order.by })
        for (const id of sessions) events.append(id, null, [event], Date.now(), performance.now())
      })()
      return true
    } finally {
      database.close()
    }
  } catch {
    return false
  }
}

function read<T>(path: string, look: (database: Database) => T): T | null {
  try {
    const database = openDatabase(path, { readonly: true })
    try {
      return look(database)
    } finally {
      database.close()
    }
  } catch {
    return null // it is held by another, or there is none
  }
}

function tellSurvivors(survivors: readonly Survivor[], print: (line: string) => void): number {
  if (survivors.length === 0) {
    print('Nothing of it runs any more')
    return 0
  }
  print('Still running:')
  for (const { pid, command } of survivors) print(`  ${String(pid).padStart(7)}  ${command}`)
  return 1
}
