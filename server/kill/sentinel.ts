// The files that engage and lift the kill switch: whoever can write in the data directory can do either.
import { existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Who engages or lifts the switch, when and why. */
export type Order = { by: string; at: string; reason: string | null }

export type Sentinel = {
  /** Its presence alone engages the switch. */
  isThere(): boolean
  /** What it says; an empty or foreign file counts as well. Null where there is none. */
  read(): Order | null
  /**
   * Where there is no space for words an empty file is left, which does the same.
   * @returns false when not even that could be made
   */
  write(order: Order): boolean
  /** Asks for the switch to be lifted: a running console takes it up, else the next one. @throws Error when it can't be written */
  askToLift(order: Order): void
  /** Who asks for it to be lifted. */
  readLift(): Order | null
  /** Takes both files away. @throws Error when they can't be */
  remove(): void
}

/** @param directory the data directory */
export function createSentinel(directory: string): Sentinel {
  const file = join(directory, 'KILL')
  const lift = join(directory, 'KILL.lift')
  const isThere = () => existsSync(file)
  return {
    isThere,
    read: () => readOrder(file, 'the file KILL'),
    write(order) {
      try {
        if (!isThere()) writeFileSync(file, JSON.stringify(order), { mode: 0o600 })
      } catch {
        // No space for words: what counts is whether the file stands there.
      }
      return isThere()
    },
    askToLift(order) {
      // A file that is there gets another name without any space on the disk.
      if (isThere()) renameSync(file, lift)
      try {
        writeFileSync(lift, JSON.stringify(order), { mode: 0o600 })
      } catch (error) {
        if (!existsSync(lift)) throw error
      }
    },
    readLift: () => readOrder(lift, 'the file KILL.lift'),
    remove() {
      rmSync(file, { force: true })
      rmSync(lift, { force: true })
    },
  }
}

function readOrder(file: string, nobody: string): Order | null {
  try {
    const at = statSync(file).mtime.toISOString()
    return { by: nobody, at, reason: null, ...parse(readFileSync(file, 'utf8').slice(0, 16_384)) }
  } catch {
    return null
  }
}

/** What was written by hand is a reason. */
function parse(text: string): Partial<Order> {
  try {
    const { by, at, reason } = JSON.parse(text) as Record<string, unknown>
    return {
      ...(typeof by === 'string' ? { by } : {}),
      ...(typeof at === 'string' && !Number.isNaN(Date.parse(at)) ? { at } : {}),
      ...(typeof reason === 'string' ? { reason } : {}),
    }
  } catch {
    return text.trim() === '' ? {} : { reason: text.trim() }
  }
}
