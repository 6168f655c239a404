// Reads recordings of terminals: asciicast v3, one JSON value a line.
import { z } from 'zod'

const headerSchema = z.object({
  version: z.literal(3),
  term: z.object({ cols: z.int(), rows: z.int() }),
  timestamp: z.number().optional(),
  title: z.string().optional(),
})
const eventSchema = z.tuple([z.number().nonnegative(), z.string(), z.string()])

/** What happened `at` seconds after the beginning. Codes: o output, r resize (`80x24`), m marker, x exit, i input. */
export type CastEvent = { at: number; code: string; data: string }
export type Cast = {
  cols: number
  rows: number
  title: string
  /** Epoch seconds. */
  timestamp: number | null
  /** In order. */
  events: CastEvent[]
  /** Seconds. */
  duration: number
}

/**
 * Reads a recording; lines that can't be read (the last one of a console that was killed) are left out.
 * @returns null when the first line is no header of version 3
 */
export function parseCast(text: string): Cast | null {
  const [first = '', ...lines] = text.split('\n')
  const header = headerSchema.safeParse(parseLine(first))
  if (!header.success) return null
  let at = 0
  const events = lines.flatMap((line): CastEvent[] => {
    const event = eventSchema.safeParse(parseLine(line))
    if (!event.success) return []
    const [interval, code, data] = event.data
    at += interval
    return [{ at, code, data }]
  })
  const { term, timestamp = null, title = '' } = header.data
  return { cols: term.cols, rows: term.rows, title, timestamp, events, duration: at }
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}
