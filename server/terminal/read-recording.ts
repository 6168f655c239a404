// Reads a recording for those who may see it: what was typed can hold passwords, and stays out unless asked for.
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'

/** `[seconds, "i", …]`: a line of what was typed, as recording.ts writes it. */
const INPUT_LINE = /^\[([\d.e-]+),"i",/

/**
 * @param options.input whether what was typed is among the lines
 * @returns null when there is no recording
 */
export async function readRecording(
  path: string,
  options: { input: boolean },
): Promise<ReadableStream<Uint8Array> | null> {
  const found = await stat(path).catch(() => null)
  if (!found?.isFile()) return null
  // Only what is there now: a recording that goes on would never end.
  const file = createReadStream(path, { end: Math.max(0, found.size - 1) })
  const lines = options.input ? file : Readable.from(withoutInput(file))
  return Readable.toWeb(lines) as ReadableStream<Uint8Array>
}

/** Times count from the line before: what a line that is left out took goes to the next. */
async function* withoutInput(file: NodeJS.ReadableStream) {
  let skipped = 0
  for await (const line of createInterface({ input: file, crlfDelay: Number.POSITIVE_INFINITY })) {
    const seconds = INPUT_LINE.exec(line)?.[1]
    if (seconds !== undefined) skipped += Number(seconds)
    else if (skipped > 0 && line.startsWith('[')) {
      const at = line.indexOf(',')
      yield Buffer.from(`[${Number((Number(line.slice(1, at)) + skipped).toFixed(3))}${line.slice(at)}\n`)
      skipped = 0
    } else yield Buffer.from(`${line}\n`)
  }
}
