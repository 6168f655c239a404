// Terminals over HTTP: what a request may say, what a stream carries.
import { z } from 'zod'

export const COLS = { min: 2, max: 500 } as const
export const ROWS = { min: 2, max: 300 } as const
/** Input that one request may bring. */
export const TERMINAL_INPUT_MAX_BYTES = 16 * 1024
/** Input of full length whose every byte JSON has to escape as \u00XX, and what stands around it. */
export const TERMINAL_INPUT_BODY_MAX_BYTES = 6 * TERMINAL_INPUT_MAX_BYTES + 1024

const whole = ({ min, max }: { min: number; max: number }, what: string) => {
  const message = `Use a whole number of ${what} from ${min} to ${max}`
  return z.int(message).min(min, message).max(max, message)
}
const cols = whole(COLS, 'columns')
const rows = whole(ROWS, 'rows')

export const openTerminalSchema = z.strictObject({
  kind: z.literal('shell', 'Only terminals of the kind "shell" can be opened: the agent opens its own'),
  cols: cols.default(80),
  rows: rows.default(24),
})
export const terminalSizeSchema = z.strictObject({ cols, rows })
export type TerminalSize = z.infer<typeof terminalSizeSchema>
export const terminalInputSchema = z.strictObject({
  data: z
    .string()
    .refine(
      (text) => new TextEncoder().encode(text).length <= TERMINAL_INPUT_MAX_BYTES,
      'Send at most 16 KiB at a time',
    ),
})
/** `from` names the operator whose keyboard is taken over. */
export const takeKeyboardSchema = z.strictObject({ from: z.string().max(64).optional() })

export const TERMINAL_KINDS = ['shell', 'agent'] as const
export type TerminalKind = (typeof TERMINAL_KINDS)[number]

export type TerminalView = {
  id: string
  session_id: string
  kind: TerminalKind
  title: string
  /** Who opened it; null for the agent's. */
  operator: string | null
  cols: number
  rows: number
  /** Who may type, or null. */
  keyboard: string | null
  created_at: string
  ended_at: string | null
  exit_code: number | null
  /** Why it ended, where nobody typed `exit`. */
  reason: string | null
}

/** One message of a terminal's stream. `snapshot` and `data` are base64 of bytes. */
export type TerminalFrame =
  /** The whole screen with its scrollback, for an empty terminal of that size. */
  | { snapshot: string; cols: number; rows: number; keyboard: string | null }
  /** Only on the shared stream: from here on everything comes; `offset` says where that is. */
  | { attached: true; cols: number; rows: number; keyboard: string | null }
  | { data: string }
  | { cols: number; rows: number }
  | { keyboard: string | null }
  /** The last one. */
  | { exit_code: number | null; reason: string | null }

/** What `GET /api/terminals/:id/snapshot` answers. */
export type TerminalSnapshot = {
  snapshot: string
  cols: number
  rows: number
  offset: number
  keyboard: string | null
}
