// Whole outputs of tool calls: shown while they grow, kept where the record holds only a part.
import { createHash } from 'node:crypto'
import { closeSync, copyFileSync, linkSync, mkdirSync, openSync, readSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { BodyOf } from '../../lib/events.ts'
import { openSpool, type SpoolReader } from './spool.ts'
import { taskOutputs } from './task-output.ts'

/** At most this much of what a running command writes is shown at a time; the rest is in the kept file. */
const TAIL_MAX_BYTES = 16 * 1024
/** The CLI trims white space and adds a word or two; a file not larger than the record by more than this needs no keeping. */
const SLACK_BYTES = 256
/** File systems stamp their files with a clock that is a tick or two behind. */
const CLOCK_SLACK_MS = 20
const FIRST_LINE_BYTES = 256

/** The file of a call's whole output. Ids of an odd shape can't leave the directory. */
export function keptOutputPath(directory: string, toolUseId: string): string {
  const safe = /^[A-Za-z0-9_-]{1,128}$/.test(toolUseId)
  return join(directory, safe ? toolUseId : createHash('sha256').update(toolUseId).digest('hex'))
}

export type KeptOutputs = {
  /**
   * A command has been allowed to run: it writes into a file of the CLI's from now on. Which one, nobody says
   * (with background tasks off there is no `task_started`, measured, 2.1.197): files are taken in the order of the answers.
   *
   * @param atMs wall time of the call or the answer: its file is younger
   */
  allowed(toolUseId: string, atMs: number): void
  /** Whether a command's file has not been found yet. */
  isLooking(): boolean
  /** What running commands have written since the last call, as passing events. */
  progress(): BodyOf<'tool'>[]
  /** Completes an output event with what is known of the whole output. */
  settle(event: BodyOf<'tool'>, persisted: { path: string; size: number } | undefined): BodyOf<'tool'>
  close(): void
}

type Running = { reader: SpoolReader; decoder: TextDecoder; isCertain: boolean }

/**
 * @param directory where whole outputs are kept
 * @param temporaryDirectory the CLI's CLAUDE_CODE_TMPDIR
 * @param onProgress called when `progress()` may have something
 */
export function createKeptOutputs(
  directory: string,
  temporaryDirectory: string,
  onProgress: () => void,
): KeptOutputs {
  const running = new Map<string, Running>()
  /** Commands whose file is not found yet, in the order they were allowed. */
  const looking: { toolUseId: string; atMs: number }[] = []
  const taken = new Set<number>()
  let closed = false
  mkdirSync(directory, { recursive: true, mode: 0o700 })

  function follow(toolUseId: string, from: number, isCertain: boolean) {
    const kept = keptOutputPath(directory, toolUseId)
    taken.add(statSync(kept).ino)
    running.set(toolUseId, {
      reader: openSpool(kept, from, onProgress),
      decoder: new TextDecoder(),
      isCertain,
    })
  }

  function find() {
    if (looking.length === 0) return
    for (const { path, inode, bornAtMs } of taskOutputs(temporaryDirectory)) {
      if (taken.has(inode)) continue
      const index = looking.findIndex(({ atMs }) => atMs <= bornAtMs + CLOCK_SLACK_MS)
      const command = looking[index]
      // A second name for the file: the CLI removes its own when the command ends.
      if (!command || !keep(path, keptOutputPath(directory, command.toolUseId), linkSync)) continue
      follow(command.toolUseId, 0, looking.length === 1)
      looking.splice(index, 1)
    }
  }

  return {
    allowed(toolUseId, atMs) {
      if (closed || running.has(toolUseId)) return
      // An earlier console has found it: what the command had written until now was shown then.
      const shown = sizeOf(keptOutputPath(directory, toolUseId))
      if (shown === null) looking.push({ toolUseId, atMs })
      else follow(toolUseId, shown, true)
    },

    isLooking: () => looking.length > 0,

    progress() {
      find()
      const events: BodyOf<'tool'>[] = []
      for (const [toolUseId, { reader, decoder }] of running) {
        const tail = reader.readTail(TAIL_MAX_BYTES)
        const data = tail && decoder.decode(tail, { stream: true })
        if (data) events.push({ kind: 'tool', tool_use_id: toolUseId, phase: 'progress', data })
      }
      return events
    },

    settle(event, persisted) {
      const kept = keptOutputPath(directory, event.tool_use_id)
      const command = running.get(event.tool_use_id)
      command?.reader.close()
      running.delete(event.tool_use_id)
      const index = looking.findIndex(({ toolUseId }) => toolUseId === event.tool_use_id)
      if (index !== -1) looking.splice(index, 1)
      if (persisted) {
        rmSync(kept, { force: true })
        if (!keep(persisted.path, kept, linkSync)) keep(persisted.path, kept, copyFileSync)
      }
      const size = sizeOf(kept)
      if (size === null) return event
      const isWhole = size <= Buffer.byteLength(event.output ?? '') + SLACK_BYTES
      const isAnothers = command?.isCertain === false && !begins(kept, event.output ?? '')
      if (!persisted && (isWhole || isAnothers)) {
        rmSync(kept, { force: true })
        return event
      }
      return { ...event, truncated: true, output_bytes: size }
    },

    close() {
      closed = true
      looking.length = 0
      for (const { reader } of running.values()) reader.close()
      running.clear()
    },
  }
}

function keep(from: string, to: string, how: (from: string, to: string) => void): boolean {
  try {
    how(from, to)
    return true
  } catch {
    return false // it has gone already, or is on another file system
  }
}

/** Whether an output tells the first line of a file. */
function begins(path: string, output: string): boolean {
  const file = openSync(path, 'r')
  try {
    const buffer = Buffer.alloc(FIRST_LINE_BYTES)
    const [line = ''] = buffer.toString('utf8', 0, readSync(file, buffer)).trimStart().split('\n')
    return output.includes(line.slice(0, FIRST_LINE_BYTES / 2).trimEnd())
  } finally {
    closeSync(file)
  }
}

function sizeOf(path: string): number | null {
  return statSync(path, { throwIfNoEntry: false })?.size ?? null
}
