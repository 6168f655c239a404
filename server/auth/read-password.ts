// Reads a password for the `breakglass` command: piped in, or typed on a terminal without being shown.
import type { Readable, Writable } from 'node:stream'

/** A terminal when started by a person: then `setRawMode` exists. */
export type PasswordInput = Readable & { isTTY?: boolean; setRawMode?: (raw: boolean) => unknown }

const INPUT_BYTES = 8 * 1024

/**
 * Everything on the input up to its end, without the final line break.
 * @throws RangeError over 8 KiB
 */
export async function readPipedPassword(input: Readable): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of input) {
    const bytes = Buffer.from(chunk)
    length += bytes.length
    if (length > INPUT_BYTES) throw new RangeError(`The password is over ${INPUT_BYTES} bytes`)
    chunks.push(bytes)
  }
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\r?\n$/, '')
}

/** Asks on a terminal and shows nothing of what is typed. Null when it is broken off with Ctrl+C or Ctrl+D. */
export function askPassword(
  input: PasswordInput,
  output: Writable,
  question: string,
): Promise<string | null> {
  output.write(question)
  input.setRawMode?.(true)
  return new Promise((resolve) => {
    let typed = ''
    const finish = (answer: string | null) => {
      input.off('data', onData)
      input.setRawMode?.(false)
      input.pause()
      output.write('\n')
      resolve(answer)
    }
    const onData = (data: Buffer) => {
      for (const character of data.toString('utf8')) {
        if (character === '\r' || character === '\n') return finish(typed)
        if (character === '\u0003' || character === '\u0004') return finish(null)
        if (character === '\u007f' || character === '\b') typed = [...typed].slice(0, -1).join('')
        else typed += character
      }
    }
    input.on('data', onData)
    input.resume()
  })
}
