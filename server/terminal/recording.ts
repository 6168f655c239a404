// Records a terminal as an asciicast v3 file, beside the session's record.
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Size } from './pty.ts'

/** The largest recording. At the cap it ends with a marker that says so; the terminal goes on. */
export const RECORDING_BYTES_MAX = 64 * 1024 * 1024
/** Lines are written together this often; a console that is killed loses no more than that of a recording. */
const FLUSH_MS = 200
const FLUSH_BYTES = 256 * 1024

export type Recording = {
  output(bytes: Uint8Array): void
  /** What was typed. */
  input(bytes: string): void
  resize(size: Size): void
  /** A remark at this point, such as who has the keyboard now. */
  marker(text: string): void
  /** Writes how the program ended and closes the file. */
  end(exitCode: number | null): void
}

/**
 * Begins a recording (https://docs.asciinema.org/manual/asciicast/v3/): a header, then `[seconds since the line before, code, data]`.
 *
 * Contract: never throws; where the file can't be written, `onTrouble` is told once and nothing more is recorded.
 *
 * @param path made with its directory, mode 0600
 */
export function createRecording(
  path: string,
  size: Size,
  title: string,
  onTrouble: (reason: string) => void,
): Recording {
  const decoder = new TextDecoder()
  let file: number | null = null
  let lines: string[] = []
  let waiting = 0
  let written = 0
  let timer: NodeJS.Timeout | null = null
  const begun = performance.now()
  let last = 0

  function stop(reason: string | null) {
    if (timer) clearTimeout(timer)
    timer = null
    if (file !== null) closeSync(file)
    file = null
    lines = []
    if (reason) onTrouble(reason)
  }

  function flush() {
    if (timer) clearTimeout(timer)
    timer = null
    if (file === null || lines.length === 0) return
    try {
      const bytes = Buffer.from(lines.join(''))
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
      lines = []
      waiting = 0
    } catch (error) {
      stop(`The recording ${path} can't be written: ${(error as Error).message}`)
    }
  }

  function line(value: unknown) {
    const text = `${JSON.stringify(value)}\n`
    lines.push(text)
    waiting += text.length
    written += Buffer.byteLength(text)
    if (waiting > FLUSH_BYTES) flush()
    else timer ??= setTimeout(flush, FLUSH_MS)
  }

  function event(code: 'o' | 'i' | 'r' | 'm' | 'x', data: string) {
    if (file === null) return
    const now = Math.round(performance.now() - begun)
    line([(now - last) / 1000, code, data])
    last = now
    if (written < RECORDING_BYTES_MAX || code === 'x') return
    line([0, 'm', `The recording ends here: it has reached ${RECORDING_BYTES_MAX / 1024 ** 2} MiB`])
    flush()
    stop(
      `The recording of a terminal has reached ${RECORDING_BYTES_MAX / 1024 ** 2} MiB and ends; the terminal goes on`,
    )
  }

  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    file = openSync(path, 'ax', 0o600)
    const term = { cols: size.cols, rows: size.rows, type: 'xterm-256color' }
    line({ version: 3, term, timestamp: Math.floor(Date.now() / 1000), title })
  } catch (error) {
    stop(`The recording ${path} can't be made: ${(error as Error).message}`)
  }

  return {
    output(bytes) {
      const text = decoder.decode(bytes, { stream: true })
      if (text !== '') event('o', text)
    },
    input: (text) => event('i', text),
    resize: ({ cols, rows }) => event('r', `${cols}x${rows}`),
    marker: (text) => event('m', text),
    end(exitCode) {
      event('x', String(exitCode ?? ''))
      flush()
      stop(null)
    },
  }
}
