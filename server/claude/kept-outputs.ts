// Whole outputs of tool calls: shown while they grow, kept where the record holds only a part.
import { createHash } from 'node:crypto'
import { copyFileSync, linkSync, lstatSync, mkdirSync, rmSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { BodyOf } from '../../lib/events.ts'
import { isWordOfStop } from '../../lib/tool-call.ts'
import { openSpool, type SpoolReader } from './spool.ts'
import { taskOutputPath, taskOutputs } from './task-output.ts'

/** At most this much of what a running command writes is shown at a time; the rest is in the kept file. */
const TAIL_MAX_BYTES = 16 * 1024
/** What is shown again of a command that an earlier console left running. */
const RESUMED_BYTES = 64 * 1024
/** The CLI trims white space and adds a word or two; a file not larger than the record by more than this needs no keeping. */
const SLACK_BYTES = 256
/** How often the file of a command that has just been allowed is looked for. */
const LOOK_MS = 200
/** A file that has lasted this long belongs to a command that still runs: what was quicker has had its output read. */
const LASTING_MS = 300

/** The file of a call's whole output. Ids of an odd shape can't leave the directory. */
export function keptOutputPath(directory: string, toolUseId: string): string {
  const safe = /^[A-Za-z0-9_-]{1,128}$/.test(toolUseId)
  return join(directory, safe ? toolUseId : createHash('sha256').update(toolUseId).digest('hex'))
}

export type KeptOutputs = {
  /**
   * A command is about to run. With background tasks off the CLI does not name its file (measured, 2.1.197), but
   * makes it at once: the files that appear belong to the commands in the order in which they were allowed.
   */
  allowed(toolUseId: string): void
  /** Calls that an earlier console left running: the end of what it had found is shown again, in place of that, and read on. */
  resume(toolUseIds: readonly string[]): void
  /** A command has begun to write into its task's file. */
  started(taskId: string, toolUseId: string): void
  /** What running commands have written since the last call, as passing events. */
  progress(): BodyOf<'tool'>[]
  /** Completes an output event with what is known of the whole output. */
  settle(event: BodyOf<'tool'>, persisted: { path: string; size: number } | undefined): BodyOf<'tool'>
  close(): void
}

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
  const running = new Map<string, { reader: SpoolReader; decoder: TextDecoder; resumed: boolean }>()
  /** Commands whose file has not been found, in the order in which they were allowed. */
  let awaited: { toolUseId: string; before: ReadonlySet<string> }[] = []
  /** When each file was first seen, in monotonic milliseconds. */
  const seen = new Map<string, number>()
  const claimed = new Set<string>()
  let looking: ReturnType<typeof setInterval> | undefined
  mkdirSync(directory, { recursive: true, mode: 0o700 })

  function follow(source: string, toolUseId: string) {
    if (running.has(toolUseId)) return
    const kept = keptOutputPath(directory, toolUseId)
    // A second name for the file: the CLI removes its own when the command ends.
    if (!keep(source, kept, linkSync, temporaryDirectory)) return
    claimed.add(source)
    read(toolUseId)
  }

  function read(toolUseId: string, resumed = false) {
    const reader = openSpool(keptOutputPath(directory, toolUseId), 0, onProgress)
    running.set(toolUseId, { reader, decoder: new TextDecoder(), resumed })
    stopAwaiting(toolUseId)
  }

  function lookFor(toolUseId: string, before: ReadonlySet<string>) {
    awaited.push({ toolUseId, before })
    looking ??= setInterval(onProgress, LOOK_MS)
  }

  function stopAwaiting(toolUseId: string) {
    awaited = awaited.filter((each) => each.toolUseId !== toolUseId)
    if (awaited.length > 0) return
    clearInterval(looking)
    looking = undefined
  }

  function findAwaited() {
    const now = performance.now()
    for (const source of taskOutputs(temporaryDirectory)) {
      const since = seen.get(source) ?? now
      seen.set(source, since)
      if (now - since < LASTING_MS || claimed.has(source)) continue
      const call = awaited.find(({ before }) => !before.has(source))
      if (call) follow(source, call.toolUseId)
    }
  }

  return {
    allowed(toolUseId) {
      lookFor(toolUseId, new Set(taskOutputs(temporaryDirectory)))
    },

    resume(toolUseIds) {
      const lost: string[] = []
      for (const id of toolUseIds) {
        if (sizeOf(keptOutputPath(directory, id)) === null) lost.push(id)
        else if (!running.has(id)) read(id, true)
      }
      const [only] = lost
      if (only !== undefined && lost.length === 1) lookFor(only, new Set())
    },

    started(taskId, toolUseId) {
      const source = taskOutputPath(temporaryDirectory, basename(taskId))
      if (running.has(toolUseId)) return
      if (sizeOf(keptOutputPath(directory, toolUseId)) !== null) read(toolUseId, true)
      else if (source !== null) follow(source, toolUseId)
    },

    progress() {
      if (awaited.length > 0) findAwaited()
      const events: BodyOf<'tool'>[] = []
      for (const [toolUseId, entry] of running) {
        const bytes = entry.reader.readTail(entry.resumed ? RESUMED_BYTES : TAIL_MAX_BYTES)
        const data = bytes && entry.decoder.decode(bytes, { stream: true })
        if (!data) continue
        const tail = entry.resumed ? { tail: true } : {}
        events.push({ kind: 'tool', tool_use_id: toolUseId, phase: 'progress', data, ...tail })
        entry.resumed = false
      }
      return events
    },

    settle(event, persisted) {
      const kept = keptOutputPath(directory, event.tool_use_id)
      running.get(event.tool_use_id)?.reader.close()
      running.delete(event.tool_use_id)
      stopAwaiting(event.tool_use_id)
      if (persisted) {
        rmSync(kept, { force: true })
        const { path } = persisted
        const isKept = keep(path, kept, linkSync, temporaryDirectory)
        if (!isKept) keep(path, kept, copyFileSync, temporaryDirectory)
      }
      const size = sizeOf(kept)
      if (size === null) return event
      if (
        size === 0 ||
        (!persisted && !isStopped(event) && size <= Buffer.byteLength(event.output ?? '') + SLACK_BYTES)
      ) {
        rmSync(kept, { force: true })
        return event
      }
      return { ...event, truncated: true, output_bytes: size }
    },

    close() {
      for (const { reader } of running.values()) reader.close()
      running.clear()
      clearInterval(looking)
    },
  }
}

function isStopped({ is_error, output }: BodyOf<'tool'>): boolean {
  return is_error === true && isWordOfStop(output ?? '')
}

/**
 * Only what is a file and belongs to the user of the CLI is kept: a CLI that runs as another user must not be able to
 * name a file that only the console can read.
 */
function keep(
  from: string,
  to: string,
  how: (from: string, to: string) => void,
  temporaryDirectory: string,
): boolean {
  try {
    const found = lstatSync(from)
    if (!found.isFile() || found.uid !== statSync(temporaryDirectory).uid) return false
    how(from, to)
    return true
  } catch {
    return false // it has gone already, or is on another file system
  }
}

function sizeOf(path: string): number | null {
  return statSync(path, { throwIfNoEntry: false })?.size ?? null
}
