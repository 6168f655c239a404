// Reads along in a session's transcript and in those of its subagents, while the CLI writes them.
import {
  closeSync,
  type FSWatcher,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  statSync,
  watch,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { createLineSplitter } from '../../lib/line-splitter.ts'
import { asFields, type Fields, stringOf } from './messages.ts'

/** One record of a transcript. */
export type FollowedRecord = {
  record: Fields
  /** Null for the session's own, else the subagent's id. */
  agentId: string | null
  /** Wall milliseconds. */
  atMs: number
}

export type TranscriptFollower = {
  /**
   * What was written since the last call, in order of time over all files. Bookkeeping of the CLI's own without a time is left out.
   * A line that is not complete yet comes when it is.
   */
  read(): FollowedRecord[]
  /** The call that a subagent runs under, once the CLI has written it down. */
  parentOf(agentId: string): string | null
  close(): void
}

/** Where the watch of the kernel misses a write, polling finds it. */
const POLL_MS = 100
const READ_BYTES = 256 * 1024
/** Ids of records that were given already; a file that was replaced is read from its start. */
const SEEN_MAX = 100_000

/**
 * @param path of the session's transcript; it need not exist yet
 * @param from byte offset in it, the start of a line
 * @param sinceMs older records are passed over, so that a file that was replaced repeats nothing of earlier turns
 * @param onGrowth called when there may be something to read
 */
export function followTranscript(options: {
  path: string
  from: number
  sinceMs: number
  onGrowth: () => void
}): TranscriptFollower {
  const { path, from, sinceMs, onGrowth } = options
  const agentsDirectory = join(dirname(path), basename(path, '.jsonl'), 'subagents')
  const files = new Map<string, GrowingFile>([[path, createGrowingFile(path, from)]])
  const parents = new Map<string, string>()
  const seen = new Set<string>()
  const watchers = new Map<string, FSWatcher>()

  watchDirectory(dirname(path))
  const poll = setInterval(() => {
    watchDirectory(agentsDirectory)
    onGrowth()
  }, POLL_MS)
  poll.unref()

  function watchDirectory(directory: string) {
    if (watchers.has(directory)) return
    try {
      const watcher = watch(directory, onGrowth)
      watcher.on('error', () => watcher.close())
      watchers.set(directory, watcher)
    } catch {
      // Not there yet, or no watches left on this host: polling serves.
    }
  }

  function findAgents() {
    for (const name of namesIn(agentsDirectory)) {
      const agentId = /^agent-(.+)\.jsonl$/.exec(name)?.[1]
      const file = join(agentsDirectory, name)
      if (agentId !== undefined && !files.has(file)) files.set(file, createGrowingFile(file, 0))
    }
  }

  function isNews({ record, atMs }: FollowedRecord): boolean {
    const uuid = stringOf(record, 'uuid')
    if (Number.isNaN(atMs) || atMs < sinceMs || uuid === undefined || seen.has(uuid)) return false
    seen.add(uuid)
    const [oldest] = seen
    if (seen.size > SEEN_MAX && oldest !== undefined) seen.delete(oldest)
    return true
  }

  return {
    read() {
      // The session's own file first: whatever stands in it, its subagents had written before.
      const records = readAll(path, null)
      findAgents()
      for (const file of files.keys()) {
        if (file !== path) records.push(...readAll(file, /agent-(.+)\.jsonl$/.exec(file)?.[1] ?? null))
      }
      return records.filter(isNews).sort((one, other) => one.atMs - other.atMs)
    },
    parentOf(agentId) {
      const known = parents.get(agentId)
      if (known !== undefined) return known
      const meta = parse(readText(join(agentsDirectory, `agent-${basename(agentId)}.meta.json`)))
      const parent = stringOf(meta ?? {}, 'toolUseId') ?? null
      if (parent !== null) parents.set(agentId, parent)
      return parent
    },
    close() {
      clearInterval(poll)
      for (const watcher of watchers.values()) watcher.close()
      for (const file of files.values()) file.close()
    },
  }

  function readAll(file: string, agentId: string | null): FollowedRecord[] {
    const lines = files.get(file)?.readLines() ?? []
    return lines.flatMap((line) => {
      const record = parse(line)
      return record ? [{ record, agentId, atMs: Date.parse(stringOf(record, 'timestamp') ?? '') }] : []
    })
  }
}

/** A file that somebody appends to, and may replace or cut. */
type GrowingFile = { readLines(): string[]; close(): void }

function createGrowingFile(path: string, from: number): GrowingFile {
  let file: number | null = null
  let inode = 0
  let offset = from
  let lines: string[] = []
  let splitter = createSplitter()
  const buffer = Buffer.allocUnsafe(READ_BYTES)

  function createSplitter() {
    return createLineSplitter({
      onLine: ({ data, truncated }) => void (truncated || lines.push(decoder.decode(data))),
    })
  }

  /** Opens it when it has come into being, and anew when it is another one or has become shorter. */
  function open() {
    const now = statSync(path, { throwIfNoEntry: false })
    if (!now) return
    if (file !== null && now.ino === inode && now.size >= offset) return
    if (file !== null) {
      closeSync(file)
      offset = 0
      splitter = createSplitter()
    }
    file = openSync(path, 'r')
    inode = fstatSync(file).ino
    if (fstatSync(file).size < offset) offset = 0
  }

  return {
    readLines() {
      try {
        open()
        for (;;) {
          const length = file === null ? 0 : readSync(file, buffer, 0, READ_BYTES, offset)
          if (length === 0) break
          offset += length
          splitter.feed(buffer.subarray(0, length))
        }
      } catch {
        // It is being replaced, or can't be read now: the next look tells.
      }
      const read = lines
      lines = []
      return read
    },
    close() {
      if (file !== null) closeSync(file)
      file = null
    },
  }
}

const decoder = new TextDecoder()

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory)
  } catch {
    return []
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

function parse(text: string): Fields | undefined {
  try {
    return asFields(JSON.parse(text))
  } catch {
    return undefined
  }
}
