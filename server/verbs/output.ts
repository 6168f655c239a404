// What a command writes: its end for the record, the whole beside it up to a cap, the rest counted.
import { closeSync, openSync, rmSync, writeSync } from 'node:fs'

/** The record keeps the end of an output, at most this much. */
const RECORD_MAX_BYTES = 32 * 1024
/** Beside the record the beginning is kept, at most this much. */
const KEPT_MAX_BYTES = 16 * 1024 * 1024
/** At most this much is shown at a time while it runs. */
const LIVE_MAX_BYTES = 16 * 1024

export type OutputFacts = {
  output: string
  truncated?: true
  output_id?: string
  output_bytes?: number
  dropped_bytes?: number
}

export type Output = {
  push(chunk: Buffer): void
  /** What has come since the last call, at most its last 16 KiB. */
  takeLive(): string
  /** Nothing more comes. */
  end(): OutputFacts
}

/**
 * @param id names the kept output: letters, digits, dashes and underscores
 * @param path where the whole is kept, if the record can't hold it
 */
export function createOutput(id: string, path: string): Output {
  let tail: Buffer = Buffer.alloc(0)
  let live: Buffer = Buffer.alloc(0)
  let file: number | null = null
  let total = 0
  let kept = 0
  let lost = false
  const decoder = new TextDecoder()

  function keep(chunk: Buffer) {
    if (lost || kept >= KEPT_MAX_BYTES) return
    try {
      file ??= openSync(path, 'w', 0o600)
      kept += writeSync(file, chunk, 0, Math.min(chunk.length, KEPT_MAX_BYTES - kept))
    } catch {
      lost = true // no space: the record has the end, and says what was not kept
    }
  }

  return {
    push(chunk) {
      total += chunk.length
      // The first bytes wait in `tail` until it is known that the record can't hold them all.
      if (total > RECORD_MAX_BYTES) {
        if (file === null && !lost) keep(tail)
        keep(chunk)
      }
      tail = lastOf(tail, chunk, RECORD_MAX_BYTES)
      live = lastOf(live, chunk, LIVE_MAX_BYTES)
    },
    takeLive() {
      const text = decoder.decode(live, { stream: true })
      live = Buffer.alloc(0)
      return text
    },
    end() {
      if (file !== null) closeSync(file)
      const output = new TextDecoder().decode(tail)
      if (total <= RECORD_MAX_BYTES) return { output }
      if (kept === 0) rmSync(path, { force: true })
      return {
        // A character that was cut in half is left out.
        output: output.replace(/^\uFFFD+/, ''),
        truncated: true,
        ...(kept > 0 ? { output_id: id, output_bytes: kept } : {}),
        ...(total > kept ? { dropped_bytes: total - kept } : {}),
      }
    },
  }
}

/** The end of both together. */
function lastOf(before: Buffer, chunk: Buffer, bytes: number): Buffer {
  if (chunk.length >= bytes) return Buffer.from(chunk.subarray(chunk.length - bytes))
  const joined = Buffer.concat([before, chunk])
  return joined.subarray(Math.max(0, joined.length - bytes))
}
