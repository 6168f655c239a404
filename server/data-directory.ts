// The data directory: made private, checked, held by one console at a time.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { identify, isRunning, type ProcessIdentity } from './claude/process-table.ts'
import type { AgentDirectory } from './containment/agent-user.ts'

/** A data directory that can't be used. The message says why and what to do. */
export class DataDirectoryError extends Error {
  override name = 'DataDirectoryError'
}

export type DataDirectory = {
  path: string
  database: string
  anchors: string
  log: string
  /** CLAUDE_CONFIG_DIR of every CLI process. */
  claudeConfig: string
  /** Holds the workspaces of all sessions. */
  workspaces: string
  /** Set where the agent is another user: what is made for it is given to it. */
  agent: AgentDirectory | null
  session(id: string): {
    path: string
    workspace: string
    processes: string
    outputs: string
    temporary: string
  }
  /** Bytes that are free for the console's user. */
  freeBytes(): number
  /** Gives up the space kept for the last words of the record. @returns whether there was any */
  giveUpBallast(): boolean
  /** Keeps it again. */
  keepBallast(): void
}

const BALLAST_BYTES = 16 * 1024 * 1024
const LOOSE_MODES = 0o077

/**
 * Opens the data directory, and makes it where it is missing.
 *
 * @param agent where the agent works, if not in the data directory itself
 * @throws DataDirectoryError when it can't be made or written, or others may read it
 */
export function openDataDirectory(given: string, agent: AgentDirectory | null = null): DataDirectory {
  try {
    mkdirSync(given, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw new DataDirectoryError(
      `The data directory ${given} can't be made: ${(error as Error).message}. Make it, or set BREAKGLASS_DATA_DIR to one that can be`,
    )
  }
  const path = realpathSync(given)
  const mode = statSync(path).mode & 0o777
  if (mode & LOOSE_MODES) {
    throw new DataDirectoryError(
      `The data directory ${path} has mode ${mode.toString(8)}: others may read the record. Run: chmod 700 '${path}', or set BREAKGLASS_DATA_DIR to another directory`,
    )
  }
  const ballast = join(path, 'ballast')
  try {
    for (const name of ['sessions', 'claude']) mkdirSync(join(path, name), { recursive: true, mode: 0o700 })
    writeFileSync(join(path, '.write-check'), '', { mode: 0o600 })
    rmSync(join(path, '.write-check'))
  } catch (error) {
    throw new DataDirectoryError(
      `The data directory ${path} can't be written: ${(error as Error).message}. Give the user of the console the right to, free space, or set BREAKGLASS_DATA_DIR to another directory`,
    )
  }
  for (const name of ['breakglass.db', 'anchors.ndjson']) {
    const file = join(path, name)
    if (existsSync(file) && statSync(file).mode & LOOSE_MODES) {
      throw new DataDirectoryError(`${file} can be read by others. Run: chmod 600 '${file}'`)
    }
  }

  return {
    path,
    database: join(path, 'breakglass.db'),
    anchors: join(path, 'anchors.ndjson'),
    log: join(path, 'console.log'),
    claudeConfig: agent?.claudeConfig ?? join(path, 'claude'),
    workspaces: agent?.sessions ?? join(path, 'sessions'),
    agent,
    session(id) {
      const directory = join(path, 'sessions', id)
      const working = join(agent?.sessions ?? join(path, 'sessions'), id)
      return {
        path: directory,
        workspace: join(working, 'workspace'),
        processes: join(directory, 'processes'),
        outputs: join(directory, 'outputs'),
        temporary: join(working, 'tmp'),
      }
    },
    freeBytes() {
      const { bavail, bsize } = statfsSync(path)
      return bavail * bsize
    },
    giveUpBallast() {
      const had = existsSync(ballast)
      rmSync(ballast, { force: true })
      return had
    },
    keepBallast() {
      if (existsSync(ballast)) return
      writeFileSync(ballast, Buffer.alloc(BALLAST_BYTES), { mode: 0o600 })
      chmodSync(ballast, 0o600)
    },
  }
}

/**
 * Makes sure that no other console uses the data directory.
 * @returns a function that gives it up
 * @throws DataDirectoryError naming the other console
 */
export async function holdDataDirectory(path: string): Promise<() => void> {
  const file = join(path, 'console.pid')
  const other = readIdentity(file)
  if (other && other.pid !== process.pid && (await isRunning(other))) {
    throw new DataDirectoryError(
      `Another console (pid ${other.pid}) uses the data directory ${path}. Stop it, or set BREAKGLASS_DATA_DIR to another directory`,
    )
  }
  writeFileSync(file, JSON.stringify(await identify(process.pid)), { mode: 0o600 })
  return () => rmSync(file, { force: true })
}

/** The console that holds a data directory, if its process still runs. */
export async function runningConsole(path: string): Promise<ProcessIdentity | null> {
  const holder = readIdentity(join(path, 'console.pid'))
  return holder && (await isRunning(holder)) ? holder : null
}

function readIdentity(file: string): ProcessIdentity | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ProcessIdentity
  } catch {
    return null
  }
}
