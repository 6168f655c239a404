// Hands out the whole output of a tool call that was kept beside the record.
import { open } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { keptOutputPath } from '../claude/kept-outputs.ts'

/** @returns null when nothing was kept */
export async function openKeptOutput(
  directory: string,
  toolUseId: string,
): Promise<{ body: ReadableStream<Uint8Array>; bytes: number } | null> {
  const file = await open(keptOutputPath(directory, toolUseId), 'r').catch(() => null)
  if (!file) return null
  const { size } = await file.stat()
  // Not more than the size that is told: the command may be writing still.
  const stream = file.createReadStream({ start: 0, end: Math.max(0, size - 1) })
  return { body: Readable.toWeb(stream) as ReadableStream<Uint8Array>, bytes: size }
}
