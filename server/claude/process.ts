// One CLI process: started with files for output and a FIFO for input, or taken up again after the console's death.
import { accessSync, closeSync, constants, fstatSync, mkdirSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startProcess } from '../child-process.ts'
import type { Command } from '../containment/command.ts'
import { type Containment, UNCONTAINED } from '../containment/containment.ts'
import { type FifoWriter, makeFifo, openForChild, openForWriting } from './fifo.ts'
import { type Launch, launchArguments, launchEnvironment } from './launch.ts'
import { identify, isRunning, type ProcessIdentity } from './process-table.ts'
import type { Survivor } from './process-tree.ts'

/** How an ended process is described; both null when the console was not there to see it. */
export type Exit = { code: number | null; signal: string | null }

export type ClaudeProcess = {
  /** Ours; also the marker in its environment. */
  readonly id: string
  readonly identity: ProcessIdentity | null
  readonly directory: string
  readonly spoolPath: string
  /** Settles when the process has ended. Never rejects. */
  readonly exited: Promise<Exit>
  readonly exit: Exit | null
  /**
   * Sends one message.
   * @throws Error when the CLI does not read or has gone
   */
  send(message: object): Promise<void>
  /** The last bytes of its stderr, at most 4 KiB. */
  stderrTail(): string
  /** Ends it and all it started: end of input, TERM, a grace, KILL. Never throws. */
  end(options?: { graceMs?: number }): Promise<Survivor[]>
}

/** A TERM right behind a result makes the CLI take 1.5 s to go, one 100 ms later 0.12 s (measured, 2.1.197). */
const SETTLE_MS = 100
const STDERR_TAIL_BYTES = 4096
/** How often an adopted process, whose exit the kernel tells only its parent, is looked for. */
const ADOPTED_POLL_MS = 100

/**
 * Starts a CLI process. Its directory gets `stdin` (FIFO), `stdout` (the spool) and `stderr`.
 *
 * @param id a UUID of ours, not used before
 * @param directory does not exist yet
 * @throws Error when the directory, the FIFO or the process can't be made, with the reason in words
 */
export async function startClaude(
  launch: Launch,
  id: string,
  directory: string,
  containment = UNCONTAINED,
): Promise<ClaudeProcess> {
  const environment = launchEnvironment(launch, id)
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  await makeFifo(join(directory, 'stdin'), environment)
  const append = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND
  const files = [
    openForChild(join(directory, 'stdin')),
    openSync(join(directory, 'stdout'), append, 0o600),
    openSync(join(directory, 'stderr'), append, 0o600),
  ]
  try {
    const { file, args } = encloseClaude(launch, id, containment)
    const child = startProcess(file, args, {
      cwd: launch.workspace,
      env: environment,
      stdio: files,
      detached: true,
    })
    const exited = new Promise<Exit>((resolve) => {
      child.once('exit', (code, signal) => resolve({ code, signal }))
      child.once('error', () => resolve({ code: null, signal: null }))
    })
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve)
      child.once('error', (error) => reject(new Error(whyNot(launch.claude, error))))
    })
    // The console may end without waiting for it.
    child.unref()
    const identity = child.pid === undefined ? null : await identify(child.pid)
    const claude = createProcess({ id, directory, identity, exited }, containment)
    // Without it the text of subagents is missing from the stream (measured, 2.1.197).
    await claude.send({
      type: 'control_request',
      request_id: 'initialize',
      request: { subtype: 'initialize', forwardSubagentText: true },
    })
    return claude
  } finally {
    for (const file of files) closeSync(file)
  }
}

/**
 * Takes up a process that an earlier console has started.
 * @returns a process that may have ended already
 */
export function adoptClaude(
  id: string,
  directory: string,
  identity: ProcessIdentity | null,
  containment = UNCONTAINED,
): ClaudeProcess {
  const exited = (async (): Promise<Exit> => {
    while (identity !== null && (await isRunning(identity))) await sleep(ADOPTED_POLL_MS)
    return { code: null, signal: null }
  })()
  return createProcess({ id, directory, identity, exited }, containment)
}

/** @throws Error in words when there is no such CLI: what it is enclosed in would say so too late */
function encloseClaude(launch: Launch, id: string, containment: Containment): Command {
  try {
    accessSync(launch.claude, constants.X_OK)
  } catch (error) {
    throw new Error(whyNot(launch.claude, error as NodeJS.ErrnoException))
  }
  return containment.enclose(id, { file: launch.claude, args: launchArguments(launch) }, 'agent')
}

function createProcess(
  known: {
    id: string
    directory: string
    identity: ProcessIdentity | null
    exited: Promise<Exit>
  },
  { endTree }: Pick<Containment, 'endTree'>,
): ClaudeProcess {
  const { id, directory, identity } = known
  let writer: FifoWriter | null = null
  let exit: Exit | null = null
  const exited = known.exited.then((how) => {
    exit = how
    writer?.close()
    return how
  })

  return {
    id,
    directory,
    identity,
    exited,
    spoolPath: join(directory, 'stdout'),
    get exit() {
      return exit
    },
    async send(message) {
      if (exit) throw new Error('The CLI has ended and takes no more input')
      writer ??= openForWriting(join(directory, 'stdin'))
      await writer.write(`${JSON.stringify(message)}\n`)
    },
    stderrTail: () => readTail(join(directory, 'stderr'), STDERR_TAIL_BYTES),
    async end({ graceMs = 5_000 } = {}) {
      writer?.close()
      writer = null
      if (graceMs > 0 && exit === null) await sleep(SETTLE_MS)
      return endTree(identity, id, { graceMs })
    },
  }
}

/**
 * For a CLI that runs in a terminal, where a start that fails would look like an end.
 * @throws Error when it can't be started, with the reason in words
 */
export function mustBeStartable(claude: string): void {
  try {
    accessSync(claude, constants.X_OK)
  } catch (error) {
    throw new Error(whyNot(claude, error as NodeJS.ErrnoException))
  }
}

function whyNot(claude: string, { code, message }: NodeJS.ErrnoException): string {
  const mend = 'mend it or set BREAKGLASS_CLAUDE, start the console again, then send the prompt again'
  switch (code) {
    case 'ENOENT':
      return `The CLI ${claude} can't be started: there is no such program, or its workspace has gone; ${mend}`
    case 'EACCES':
      return `The CLI ${claude} can't be started: it is not executable for the user of the console; ${mend}`
    default:
      return `The CLI ${claude} can't be started: ${message}; ${mend}`
  }
}

function readTail(path: string, bytes: number): string {
  try {
    const file = openSync(path, 'r')
    try {
      const from = Math.max(0, fstatSync(file).size - bytes)
      const buffer = Buffer.alloc(bytes)
      return buffer.toString('utf8', 0, readSync(file, buffer, 0, bytes, from)).trim()
    } finally {
      closeSync(file)
    }
  } catch {
    return ''
  }
}
