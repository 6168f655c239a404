// Runs a program in a pseudo-terminal with bounded buffers both ways: the only importer of node-pty.
import { closeSync, constants, openSync, writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ReadStream } from 'node:tty'
import { type IPty, spawn } from 'node-pty'
import { COLS, ROWS, type TerminalSize } from '../../lib/terminal-api.ts'
import { identify, PROCESS_MARKER, type ProcessIdentity } from '../claude/process-table.ts'
import { type EndTree, endProcessTree, type Survivor } from '../claude/process-tree.ts'

export type Size = TerminalSize

/** Bytes of output that may be delivered and not yet be taken care of before the program is made to wait. */
export const OUTPUT_PENDING_BYTES = 128 * 1024
/** Bytes of input that may wait for a program that does not read. */
export const INPUT_PENDING_BYTES = 64 * 1024
/** At the end of a program: when nothing has come for this long, all is read; at the latest after this. */
const LAST_WORDS_QUIET_MS = 20
const LAST_WORDS_MAX_MS = 1_000
/** How soon input that the kernel had no room for is tried again. */
const INPUT_PAUSE_MS = 5

/** How a program ended; both null when that is not known. */
export type PtyExit = { code: number | null; signal: number | null }

export type PtyLaunch = {
  /** An absolute path, or a name looked up on the PATH of `env`. */
  file: string
  args: readonly string[]
  cwd: string
  /** The whole environment; the marker is added, nothing is inherited. */
  env: Readonly<Record<string, string>>
  /** How its tree is ended, `endProcessTree` unless given. */
  endTree?: EndTree
}

export type Pty = {
  /** Ours; also the marker in its environment. */
  readonly id: string
  readonly identity: ProcessIdentity | null
  /**
   * Sends bytes in order.
   * @returns false when the program has gone or does not read, and nothing was taken
   */
  write(data: string | Uint8Array): boolean
  /** @throws RangeError outside 2–500 columns and 2–300 rows */
  resize(size: Size): void
  /** Says that so many bytes of output are taken care of: the program's output goes on below the budget. */
  acknowledge(bytes: number): void
  /** Settles when the program has ended and its last output was delivered. Never rejects. */
  readonly exited: Promise<PtyExit>
  /** Ends the program and everything it started: TERM (a hang-up for shells), a grace, KILL. Never throws. */
  end(options?: { graceMs?: number }): Promise<Survivor[]>
}

/** Whether a terminal can have this size. */
export function isSize({ cols, rows }: Size): boolean {
  const within = (value: number, { min, max }: { min: number; max: number }) =>
    Number.isInteger(value) && value >= min && value <= max
  return within(cols, COLS) && within(rows, ROWS)
}

/**
 * Starts a program in a new pseudo-terminal.
 *
 * @param id a UUID of ours, not used before
 * @param onOutput gets every byte in order; call `acknowledge` for them, or the program stops at the budget
 * @throws RangeError for an absurd size; Error when the program can't be started, with the reason in words
 */
export async function startPty(
  id: string,
  launch: PtyLaunch,
  size: Size,
  onOutput: (bytes: Uint8Array) => void,
): Promise<Pty> {
  assertSize(size)
  const env = { ...launch.env, TERM: 'xterm-256color', COLORTERM: 'truecolor', [PROCESS_MARKER]: id }
  const pty = spawnPty(launch, env, size)
  let received = 0
  let pending = 0
  let paused = false
  let ending = false
  let gone = false

  // Until the caller has what it acknowledges with, nothing is read.
  pty.pause()
  // Without an encoding node-pty hands over bytes, whatever its types say.
  pty.onData((data: unknown) => {
    const bytes = data as Uint8Array
    received += bytes.length
    pending += bytes.length
    if (!paused && !ending && pending > OUTPUT_PENDING_BYTES) {
      paused = true
      pty.pause()
    }
    onOutput(bytes)
  })
  const exited = new Promise<PtyExit>((resolve) => {
    pty.onExit(({ exitCode, signal }) => {
      gone = true
      resolve(signal ? { code: null, signal } : { code: exitCode, signal: null })
    })
  })
  keepUntilRead(pty, async () => {
    ending = true
    paused = false
    pty.resume()
    const giveUpAt = performance.now() + LAST_WORDS_MAX_MS
    for (let before = -1; before !== received && performance.now() < giveUpAt; ) {
      before = received
      await sleep(LAST_WORDS_QUIET_MS)
    }
  })
  const input = createInput(insideOf(pty).fd, () => gone)
  const identity = await identify(pty.pid)
  pty.resume()

  return {
    id,
    identity,
    exited,
    write: input.write,
    resize(wanted) {
      assertSize(wanted)
      if (!gone) pty.resize(wanted.cols, wanted.rows)
    },
    acknowledge(bytes) {
      pending = Math.max(0, pending - bytes)
      if (!paused || pending > OUTPUT_PENDING_BYTES / 2) return
      paused = false
      if (!gone) pty.resume()
    },
    async end({ graceMs = 2_000 } = {}) {
      // What reads nothing any more would hold its last output, and with it the exit, for ever.
      paused = false
      if (!gone) {
        pty.resume()
        pty.kill('SIGHUP')
      }
      return (launch.endTree ?? endProcessTree)(identity, id, { graceMs })
    },
  }
}

function spawnPty({ file, args, cwd }: PtyLaunch, env: Record<string, string>, size: Size): IPty {
  try {
    return spawn(file, [...args], { ...size, cwd, env, name: 'xterm-256color', encoding: null })
  } catch (error) {
    throw new Error(`Cannot start ${file} in a terminal: ${(error as Error).message}`)
  }
}

/** What is used of node-pty that its interface does not show. Checked against 1.2.0-beta.15, which is pinned. */
type Inside = { readonly fd: number; readonly ptsName: string; readonly _socket: ReadStream }

function insideOf(pty: IPty): Inside {
  return pty as unknown as Inside
}

/**
 * Keeps the last words of a program. At the hang-up that its end is, libuv gives up what it has not read yet (measured: the
 * last kilobytes of one program in four), and node-pty closes 200 ms after the end, read or not. So the other side is held
 * open here, which makes its end none, and closed when all is read.
 *
 * @param allRead called at the end of the program; resolves when there is nothing more to read
 */
function keepUntilRead(pty: IPty, allRead: () => Promise<void>) {
  const { ptsName, _socket: socket } = insideOf(pty)
  const otherSide = openOtherSide(ptsName)
  const destroy = socket.destroy
  socket.destroy = () => {
    socket.destroy = destroy
    void allRead().finally(() => {
      socket.destroy()
      if (otherSide !== null) closeSync(otherSide)
    })
    return socket
  }
}

/** Null where the system keeps it from us: the terminal works without, and its last words are at risk. */
function openOtherSide(path: string): number | null {
  try {
    return openSync(path, constants.O_RDWR | constants.O_NOCTTY)
  } catch {
    return null
  }
}

/**
 * node-pty's own queue has no bound and turns in a tight loop while a program does not read; this one is bounded and waits.
 * @param fd of the terminal's master side, not blocking: so a key is with the program before its request is answered
 */
function createInput(fd: number, isGone: () => boolean) {
  let queue: Uint8Array[] = []
  let pending = 0
  let isWaiting = false

  /** @returns false when it can't ever be sent: what waits is dropped */
  function send(): boolean {
    isWaiting = false
    for (let [first] = queue; first && !isGone(); [first] = queue) {
      const written = writeSome(fd, first)
      if (written === null) {
        queue = []
        pending = 0
        return false
      }
      if (written === 0) {
        isWaiting = true
        setTimeout(send, INPUT_PAUSE_MS)
        return true
      }
      pending -= written
      if (written === first.length) queue.shift()
      else queue[0] = first.subarray(written)
    }
    return true
  }

  return {
    write(data: string | Uint8Array): boolean {
      const bytes = typeof data === 'string' ? Buffer.from(data, 'utf8') : data
      if (isGone() || pending + bytes.length > INPUT_PENDING_BYTES) return false
      if (bytes.length === 0) return true
      queue.push(bytes)
      pending += bytes.length
      return isWaiting || send()
    },
  }
}

/** @returns how much the kernel took: 0 where it has no room, null where nobody reads any more */
function writeSome(fd: number, bytes: Uint8Array): number | null {
  try {
    return writeSync(fd, bytes)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EAGAIN' ? 0 : null
  }
}

function assertSize(size: Size) {
  if (isSize(size)) return
  throw new RangeError(
    `A terminal of ${size.cols} columns and ${size.rows} rows can't be made: use ${COLS.min} to ${COLS.max} columns and ${ROWS.min} to ${ROWS.max} rows`,
  )
}
