// What the daemon is told on stdin, one JSON object a line.
import { z } from 'zod'
import { createLineSplitter } from '../../lib/line-splitter.ts'

const commandSchema = z.discriminatedUnion('cmd', [
  z.object({ cmd: z.literal('send'), prompt: z.string() }),
  z.object({ cmd: z.literal('restart') }),
  z.object({ cmd: z.literal('shutdown') }),
])

export type Command = z.infer<typeof commandSchema> | { cmd: 'invalid'; problem: string }

/** A longer line is refused. */
const LINE_BYTES = 16 * 1024 * 1024

/** Contract: never throws; each line gives one command, empty ones none. */
export function createCommandReader(onCommand: (command: Command) => void) {
  const decoder = new TextDecoder()
  return createLineSplitter({
    maxBytes: LINE_BYTES,
    onLine({ data, truncated }) {
      const text = decoder.decode(data).trim()
      if (truncated) onCommand(invalid(`A line is longer than ${LINE_BYTES} bytes: send a shorter prompt`))
      else if (text !== '') onCommand(parseCommand(text))
    },
  })
}

function parseCommand(text: string): Command {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return invalid(`This is no JSON: ${JSON.stringify(text.slice(0, 80))}. Send one object a line`)
  }
  const parsed = commandSchema.safeParse(value)
  if (!parsed.success) {
    const name = z.object({ cmd: z.unknown() }).safeParse(value).data?.cmd
    return invalid(
      name === 'send'
        ? 'The command "send" needs a "prompt" that is a string'
        : `There is no command ${JSON.stringify(name) ?? 'without "cmd"'}: use "send", "restart" or "shutdown"`,
    )
  }
  if (parsed.data.cmd === 'send' && parsed.data.prompt.trim() === '')
    return invalid('The prompt is empty: send some text')
  return parsed.data
}

function invalid(problem: string): Command {
  return { cmd: 'invalid', problem }
}
