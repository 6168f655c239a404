// Reads along in a file that somebody else is appending to.
import { closeSync, type FSWatcher, fstatSync, openSync, readSync, watch } from 'node:fs'

/** Where the watch of the kernel misses a write (network file systems, full queues), polling finds it. */
const POLL_MS = 250
const READ_BYTES = 256 * 1024

export type SpoolReader = {
  /** The next bytes, at most 256 KiB, or null when the end of the file is reached for now. Valid until the next read. */
  read(): Uint8Array | null
  /** Goes to the end of the file and gives the last bytes that were not read, at most `bytes`. */
  readTail(bytes: number): Uint8Array | null
  readonly offset: number
  close(): void
}

/**
 * Opens a spool at a byte offset.
 *
 * @param onGrowth called when there may be more to read, and now and then without reason
 * @throws Error when the file can't be opened
 */
export function openSpool(path: string, offset: number, onGrowth: () => void): SpoolReader {
  const file = openSync(path, 'r')
  const buffer = Buffer.allocUnsafe(READ_BYTES)
  let at = offset
  let watcher: FSWatcher | null = null
  try {
    watcher = watch(path, onGrowth)
    watcher.on('error', () => watcher?.close())
  } catch {
    // No watches left on this host: polling serves.
  }
  const poll = setInterval(() => {
    if (fstatSync(file).size > at) onGrowth()
  }, POLL_MS)
  return {
    read() {
      const length = readSync(file, buffer, 0, READ_BYTES, at)
      at += length
      return length === 0 ? null : buffer.subarray(0, length)
    },
    readTail(bytes) {
      at = Math.max(at, fstatSync(file).size - bytes)
      return this.read()
    },
    get offset() {
      return at
    },
    close() {
      clearInterval(poll)
      watcher?.close()
      closeSync(file)
    },
  }
}
