// One command of a verb: started without a shell, its output followed, ended with all that it started.
import { startProcess } from '../child-process.ts'
import { identify, PROCESS_MARKER, type ProcessIdentity } from '../claude/process-table.ts'
import type { EndTree, Survivor } from '../claude/process-tree.ts'
import type { Output } from './output.ts'

/** Between TERM and KILL. */
const GRACE_MS = 2_000
/** How long what a command has left behind may hold its output open. */
const LAST_OUTPUT_MS = 250
/** Live output is told at most this often. */
const LIVE_MS = 150

/** The reason of the abort that ends a command: milliseconds between TERM and KILL, else the usual grace. */
export type StopVerb = { graceMs?: number | undefined }

export type CommandEnd = {
  /** Null where it never started, or was ended by a signal. */
  exitCode: number | null
  signal: string | null
  /** Why it could not be started, in words. */
  notStarted: string | null
  /** The console ended it, for want of time or because it was asked to. */
  ended: 'timeout' | 'stopped' | null
  durationMs: number
  survivors: Survivor[]
}

/**
 * Runs a command to its end. Contract: never rejects.
 *
 * @param options.id its marker: whatever carries it in its environment ends with the command
 * @param options.stop ends it, with its tree
 * @param options.onStarted told who it is, so that another console can end it
 * @param options.onLive told what it writes, in pieces
 */
export async function runCommand(options: {
  id: string
  argv: readonly string[]
  cwd: string
  env: Readonly<Record<string, string>>
  timeoutMs: number
  stop: AbortSignal
  output: Output
  endTree: EndTree
  onStarted: (identity: ProcessIdentity | null) => void
  onLive: (data: string) => void
}): Promise<CommandEnd> {
  const { id, argv, cwd, env, timeoutMs, stop, output, endTree, onStarted, onLive } = options
  const begun = performance.now()
  const [program = '', ...args] = argv
  const child = startProcess(program, args, {
    cwd,
    env: { ...env, [PROCESS_MARKER]: id },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()))
  let giveUp = () => {}
  const exited = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }))
    giveUp = () => resolve({ code: null, signal: null })
  })
  const failed = new Promise<Error>((resolve) => child.on('error', resolve))
  let timer: NodeJS.Timeout | undefined
  const live = () => {
    clearTimeout(timer)
    timer = undefined
    const data = output.takeLive()
    if (data) onLive(data)
  }
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output.push(chunk)
      timer ??= setTimeout(live, LIVE_MS)
    })
  }

  const spawned = new Promise<null>((resolve) => child.once('spawn', () => resolve(null)))
  const trouble = await Promise.race([spawned, failed])
  if (trouble !== null) return notStarted(whyNot(program, cwd, trouble))
  const identity = child.pid === undefined ? null : await identify(child.pid)
  onStarted(identity)

  let ended: CommandEnd['ended'] = null
  let ending: Promise<Survivor[]> | null = null
  const end = (why: NonNullable<CommandEnd['ended']>, graceMs = GRACE_MS) => {
    ended ??= why
    ending ??= endTree(identity, id, { graceMs })
    // What can't be killed must not keep its verb open for ever.
    void ending.then(() => setTimeout(giveUp, LAST_OUTPUT_MS))
  }
  const clock = setTimeout(() => end('timeout'), Math.max(0, timeoutMs - (performance.now() - begun)))
  const onStop = () => end('stopped', (stop.reason as StopVerb | undefined)?.graceMs)
  stop.addEventListener('abort', onStop)
  if (stop.aborted) onStop()

  const { code, signal } = await exited
  clearTimeout(clock)
  stop.removeEventListener('abort', onStop)
  // Nothing outlives its verb.
  const survivors = await (ending ?? endTree(identity, id, { graceMs: 0 }))
  await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, LAST_OUTPUT_MS).unref())])
  live()
  return {
    ...{ exitCode: code, signal, notStarted: null, ended, survivors },
    durationMs: Math.round(performance.now() - begun),
  }

  function notStarted(words: string): CommandEnd {
    const none = { exitCode: null, signal: null, ended: null, survivors: [] }
    return { ...none, notStarted: words, durationMs: Math.round(performance.now() - begun) }
  }
}

function whyNot(program: string, cwd: string, { code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT')
    return `The program ${program} can't be started: it is not on the PATH of the console, or the workspace ${cwd} has gone`
  if (code === 'EACCES')
    return `The program ${program} can't be started: it is not executable for the user of the console`
  return `The program ${program} can't be started: ${message}`
}
