// Whole outputs of tool calls: shown while they grow, kept where the record holds only a part.
import { createHash } from 'node:crypto'
import { copyFileSync, linkSync, mkdirSync, rmSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { BodyOf } from '../../lib/events.ts'
import { openSpool, type SpoolReader } from './spool.ts'
import { taskOutputPath } from './task-output.ts'

/** At most this much of what a running command writes is shown at a time; the rest is in the kept file. */
const TAIL_MAX_BYTES = 16 * 1024
/** The CLI trims white space and adds a word or two; a file not larger than the record by more than this needs no keeping. */
const SLACK_BYTES = 256

/** The file of a call's whole output. Ids of an odd shape can't leave the directory. */
export function keptOutputPath(directory: string, toolUseId: string): string {
  const safe = /^[A-Za-z0-9_-]{1,128}$/.test(toolUseId)
  return join(directory, safe ? toolUseId : createHash('sha256').update(toolUseId).digest('hex'))
}

export type KeptOutputs = {
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
  const running = new Map<string, { reader: SpoolReader; decoder: TextDecoder }>()
  mkdirSync(directory, { recursive: true, mode: 0o700 })

  return {
    started(taskId, toolUseId) {
      if (running.has(toolUseId)) return
      const kept = keptOutputPath(directory, toolUseId)
      // An earlier console has kept it already: what the command has written until now was shown then.
      let shown = sizeOf(kept)
      if (shown === null) {
        const source = taskOutputPath(temporaryDirectory, basename(taskId))
        // A second name for the file: the CLI removes its own when the command ends.
        if (source === null || !keep(source, kept, linkSync)) return
        shown = 0
      }
      running.set(toolUseId, { reader: openSpool(kept, shown, onProgress), decoder: new TextDecoder() })
    },

    progress() {
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
      running.get(event.tool_use_id)?.reader.close()
      running.delete(event.tool_use_id)
      if (persisted) {
        rmSync(kept, { force: true })
        if (!keep(persisted.path, kept, linkSync)) keep(persisted.path, kept, copyFileSync)
      }
      const size = sizeOf(kept)
      if (size === null) return event
      if (!persisted && size <= Buffer.byteLength(event.output ?? '') + SLACK_BYTES) {
        rmSync(kept, { force: true })
        return event
      }
      return { ...event, truncated: true, output_bytes: size }
    },

    close() {
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

function sizeOf(path: string): number | null {
  return statSync(path, { throwIfNoEntry: false })?.size ?? null
}
