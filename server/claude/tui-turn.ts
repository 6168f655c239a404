// The state of one turn of a TUI, when it is over, and the result that `claude -p` would have given.
import { type Fields, numberOf } from './messages.ts'
import type { RecordMeaning } from './transcript-lines.ts'

/** A turn that somebody has begun by typing in the terminal. */
export type TypedTurn = {
  /** Null where only its request was seen so far; the turn's own events tell it later. */
  text: string | null
  /** A line for the shell, which passes no gate. */
  shell: boolean
}

export type TuiTurn = {
  /** Begun by a prompt of ours, not by hand. */
  ours: boolean
  startedAtMs: number
  /** Its `init` is told. */
  opened: boolean
  /** The CLI works on it. */
  confirmed: boolean
  promptSeen: boolean
  requests: number
  /** When the wire or the transcript last said something of it. */
  lastSignMs: number
  toolResults: number
  lastText: string
  /** The main loop's last answer, if it was one that ends a turn, until another request follows it. */
  stop: { messageId: string; atMs: number } | null
  /** `turn_duration` stands in the transcript, and with it all that came before. */
  durationSeen: boolean
  escapedAtMs: number | null
  interruptedAtMs: number | null
  apiError: boolean
  /** A refused request: told as a retry when another follows. */
  refusal: { error: string; status: number; atMs: number } | null
  retries: number
  usage: Record<(typeof USAGE)[number], number> | null
}

const USAGE = [
  'input_tokens',
  'output_tokens',
  'cache_read_input_tokens',
  'cache_creation_input_tokens',
] as const

/** Without the transcript's last record after this long the wire's word is taken for it. */
const TRANSCRIPT_LATE_MS = 3_000
/** An interrupted turn whose screen does not become idle. */
const IDLE_LATE_MS = 2_000
/** Esc before the first answer takes the prompt back and leaves no record: the idle screen says that it is over. */
const ESCAPED_MS = 700
/** What is typed by hand can end without a word to the model, such as a command of the CLI's own. */
const TYPED_QUIET_MS = 1_500
/** The CLI tries again this often (measured, 2.1.197). */
const MAX_RETRIES = 10

export function startTuiTurn(ours: boolean, atMs: number): TuiTurn {
  return {
    ours,
    startedAtMs: atMs,
    opened: false,
    confirmed: !ours,
    promptSeen: false,
    requests: 0,
    lastSignMs: atMs,
    toolResults: 0,
    lastText: '',
    stop: null,
    durationSeen: false,
    escapedAtMs: null,
    interruptedAtMs: null,
    apiError: false,
    refusal: null,
    retries: 0,
    usage: null,
  }
}

/**
 * Whether a turn is over: `done`, `interrupted`, or `wire` where only the wire has its end.
 * @param isIdle whether the screen shows the idle input box
 */
export function endOf(turn: TuiTurn, isIdle: boolean, atMs: number): 'done' | 'interrupted' | 'wire' | null {
  const { stop, durationSeen, interruptedAtMs, escapedAtMs, lastSignMs } = turn
  if (interruptedAtMs !== null) return isIdle || atMs - interruptedAtMs > IDLE_LATE_MS ? 'interrupted' : null
  if (durationSeen) return 'done'
  if (!isIdle) return null
  if (escapedAtMs !== null && atMs - escapedAtMs > ESCAPED_MS) return 'interrupted'
  if (stop && atMs - stop.atMs > TRANSCRIPT_LATE_MS) return 'wire'
  const isQuiet = !turn.ours && turn.requests === 0 && atMs - lastSignMs > TYPED_QUIET_MS
  return isQuiet ? 'done' : null
}

/** What a record of the session's own means for its turn. */
export function noteRecord(turn: TuiTurn, meaning: RecordMeaning, atMs: number): void {
  if (meaning.type === 'assistant') {
    turn.lastText = meaning.text ?? turn.lastText
    turn.apiError = meaning.isApiError
  }
  if (meaning.type === 'tool_results') turn.toolResults += meaning.ids.length
  if (meaning.type === 'interrupted') turn.interruptedAtMs ??= atMs
  if (meaning.type === 'turn_ended') turn.durationSeen = true
}

export function addUsage(turn: TuiTurn, usage: Fields): void {
  turn.usage ??= {
    input_tokens: 0,
    output_tokens: 0,
    cache_read_input_tokens: 0,
    cache_creation_input_tokens: 0,
  }
  for (const key of USAGE) turn.usage[key] += numberOf(usage, key) ?? 0
}

/** The line of a request that is tried again; a TUI tells this on its screen only. */
export function retryLine(
  turn: TuiTurn,
  { error, status, atMs }: NonNullable<TuiTurn['refusal']>,
  nowMs: number,
): Fields {
  turn.retries++
  return {
    ...{ type: 'system', subtype: 'api_retry', attempt: turn.retries, max_retries: MAX_RETRIES },
    retry_delay_ms: Math.max(0, nowMs - atMs),
    ...(status > 0 && { error_status: status }),
    error: error.replace(/_error$/, ''),
  }
}

/** The result's line. The cost is not in it: the CLI tells it later. */
export function resultLine(turn: TuiTurn, atMs: number, interrupted: boolean, error: string | null): Fields {
  const failed = error !== null || interrupted
  return {
    type: 'result',
    subtype: failed ? 'error_during_execution' : 'success',
    is_error: failed || turn.apiError,
    ...(turn.apiError &&
      turn.refusal &&
      turn.refusal.status > 0 && { api_error_status: turn.refusal.status }),
    duration_ms: Math.max(0, atMs - turn.startedAtMs),
    num_turns: 1 + turn.toolResults,
    ...(!failed && { result: turn.lastText }),
    ...(error !== null && { errors: [error] }),
    ...(interrupted && { terminal_reason: 'aborted_tools' }),
    ...(turn.usage && { usage: turn.usage }),
  }
}
