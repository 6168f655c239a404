// One terminal: a program in a PTY, its screen, its recording, and any number of people who watch.
import type { TerminalFrame } from '../../lib/terminal-api.ts'
import type { Survivor } from '../claude/process-tree.ts'
import { createHistory } from './history.ts'
import { createPace } from './pace.ts'
import { type Pty, type PtyExit, type PtyLaunch, type Size, startPty } from './pty.ts'
import type { Recording } from './recording.ts'
import { createScreen, type Screen, type Snapshot } from './screen.ts'

/** Output is told together, at most this often, once it comes in a burst; the first of it at once. */
const FLUSH_MS = 8
/** Somebody who lags behind gets a new snapshot at most this often. */
const SNAPSHOT_PAUSE_MS = 1_000

export type Follower = {
  hasRoom(): boolean
  /** @param offset bytes of output up to and with this frame */
  send(frame: TerminalFrame, offset: number): void
}

/** Where somebody who watches begins: with a snapshot, at this moment, or after so many bytes of output. */
export type From = 'snapshot' | 'now' | number

export type Terminal = {
  readonly id: string
  readonly pty: Pick<Pty, 'identity'>
  readonly screen: Pick<Screen, 'lines' | 'cursor' | 'modes' | 'size' | 'settled'>
  /** Sends bytes to the program. @returns false when it has gone or does not read, and nothing was taken */
  write(data: string | Uint8Array): boolean
  /** @throws RangeError outside 2–500 columns and 2–300 rows */
  resize(size: Size): void
  /** Called after output stands on the screen. @returns a function that ends it */
  onOutput(listener: (bytes: Uint8Array) => void): () => void
  /** Settles when the program has ended and all it wrote stands on the screen. Never rejects. */
  readonly exited: Promise<PtyExit>
  readonly exit: PtyExit | null
  snapshot(): Snapshot
  /** Tells everyone who watches, in order with the output. */
  announce(frame: TerminalFrame): void
  /** Lets somebody watch, see `Source` in streams/sse.ts. `attached` is told where the stream does not begin with a snapshot. */
  follow(follower: Follower, from: From, keyboard: () => string | null): { pump(): void; close(): void }
  /** Ends the program and everything it started. Never throws. */
  end(options?: { graceMs?: number }): Promise<Survivor[]>
  /** Frees the screen. Call it when nobody needs the terminal any more. */
  dispose(): void
}

/**
 * @param id a UUID of ours, not used before; also the marker of everything that runs in it
 * @throws RangeError for an absurd size; Error when the program can't be started, with the reason in words
 */
export async function startTerminal(
  id: string,
  launch: PtyLaunch,
  size: Size,
  recording: Recording | null,
): Promise<Terminal> {
  const history = createHistory()
  const listeners = new Set<(bytes: Uint8Array) => void>()
  const pumps = new Set<() => void>()
  const pace = createPace()
  const screen = createScreen(size, (answer) => void pty.write(answer))
  let exit: PtyExit | null = null

  const pty = await startPty(id, launch, size, (bytes) => {
    recording?.output(bytes)
    // Told only when it stands on the screen: so a snapshot is never behind what somebody has seen.
    screen.write(bytes, () => {
      history.addBytes(bytes)
      pace(bytes.length, () => pty.acknowledge(bytes.length))
      for (const listener of listeners) listener(bytes)
      flushSoon()
    })
  })

  let timer: NodeJS.Timeout | null = null
  let flushedAt = 0
  function flush() {
    if (timer) clearTimeout(timer)
    timer = null
    flushedAt = performance.now()
    for (const pump of [...pumps]) pump()
  }
  function flushSoon() {
    if (timer) return
    const wait = flushedAt + FLUSH_MS - performance.now()
    if (wait > 0) timer = setTimeout(flush, wait)
    else flush()
  }
  function announce(frame: TerminalFrame) {
    history.addFrame(frame)
    flush()
  }

  const exited = pty.exited.then(async (how) => {
    await screen.settled()
    exit = how
    return how
  })

  return {
    id,
    pty,
    screen,
    write(data) {
      screen.expectEcho()
      return pty.write(data)
    },
    resize(wanted) {
      pty.resize(wanted)
      screen.resize(wanted)
      recording?.resize(wanted)
      announce(wanted)
    },
    onOutput(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    exited,
    get exit() {
      return exit
    },
    snapshot: screen.snapshot,
    announce,
    follow(follower, from, keyboard) {
      let next: number | null = null
      let offset = 0
      let greeted = from === 'snapshot'
      let again: NodeJS.Timeout | null = null
      let snapshotAt = Number.NEGATIVE_INFINITY

      function begin() {
        offset = from === 'now' || from === 'snapshot' ? history.offset() : from
        next = from === 'snapshot' ? null : from === 'now' ? history.next() : history.find(from)
      }

      function sendSnapshot(): boolean {
        const wait = snapshotAt + SNAPSHOT_PAUSE_MS - performance.now()
        if (wait > 0) {
          again ??= setTimeout(() => {
            again = null
            pump()
          }, wait)
          return false
        }
        const { data, cols, rows, offset: at } = screen.snapshot()
        snapshotAt = performance.now()
        next = history.next()
        offset = at
        follower.send(
          { snapshot: Buffer.from(data).toString('base64'), cols, rows, keyboard: keyboard() },
          at,
        )
        return true
      }

      function pump() {
        while (follower.hasRoom()) {
          if (!greeted) {
            greeted = true
            follower.send({ attached: true, ...screen.size(), keyboard: keyboard() }, offset)
          }
          const read = next === null ? 'lost' : history.read(next, offset)
          if (read === null) return
          if (read === 'lost') {
            if (!sendSnapshot()) return
            continue
          }
          next = read.next
          offset = read.offset
          follower.send(read.frame, offset)
        }
      }

      begin()
      pumps.add(pump)
      return {
        pump,
        close() {
          pumps.delete(pump)
          if (again) clearTimeout(again)
        },
      }
    },
    end: pty.end,
    dispose() {
      if (timer) clearTimeout(timer)
      pumps.clear()
      listeners.clear()
      screen.dispose()
    },
  }
}
