// The CLI's stdin: a FIFO that outlives the console, so that a console started later can go on writing to it.
import { closeSync, constants, openSync, writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { runProcess } from '../child-process.ts'

/** How long a full FIFO is waited for before the CLI counts as not reading. */
const WRITE_TIMEOUT_MS = 30_000
const FULL_PAUSE_MS = 5

/**
 * Makes a FIFO, readable by its owner only.
 * @throws Error when the file system has no FIFOs or the path is taken
 */
export async function makeFifo(path: string, environment: Record<string, string>): Promise<void> {
  const { exitCode, stderr } = await runProcess('mkfifo', ['-m', '600', path], { env: environment })
  if (exitCode !== 0) throw new Error(`Cannot make the FIFO ${path}: ${stderr.trim()}`)
}

/**
 * Opens a FIFO for a child's stdin: for reading and writing, so that it never sees the end of input
 * when the console dies, and no open ever waits for the other side.
 */
export function openForChild(path: string): number {
  return openSync(path, constants.O_RDWR)
}

export type FifoWriter = {
  /**
   * Writes whole lines, in the order of the calls.
   * @throws Error when nobody reads for 30 s or the reader is gone
   */
  write(text: string): Promise<void>
  close(): void
}

/**
 * Opens a FIFO for writing. Its descriptor is a separate, non-blocking one: a CLI that does not read
 * must stop neither our event loop nor its thread pool, and O_NONBLOCK on a shared descriptor would reach the CLI.
 *
 * @throws Error with code ENXIO when nobody has it open for reading
 */
export function openForWriting(path: string): FifoWriter {
  const file = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK)
  let closed = false
  let previous: Promise<void> = Promise.resolve()

  async function writeAll(text: string) {
    const bytes = Buffer.from(text)
    const giveUpAt = performance.now() + WRITE_TIMEOUT_MS
    for (let at = 0; at < bytes.length; ) {
      if (closed) throw new Error('The CLI has ended and takes no more input')
      try {
        at += writeSync(file, bytes, at)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
        if (performance.now() > giveUpAt) throw new Error('The CLI has read no input for 30 s')
        await sleep(FULL_PAUSE_MS)
      }
    }
  }

  return {
    write(text) {
      const written = previous.then(() => writeAll(text))
      previous = written.catch(() => undefined)
      return written
    },
    close() {
      if (closed) return
      closed = true
      closeSync(file)
    },
  }
}
