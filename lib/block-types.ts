// What the record looks like when it is drawn: turns, blocks and the facts of the header. All of it is immutable.
import type {
  ApprovalScope,
  ApprovalState,
  Axis,
  ModelFailure,
  Outcome,
  Usage,
  VerbOutcome,
  Verdict,
  Vote,
} from './events.ts'

export type ToolState =
  | 'queued'
  | 'running'
  | 'waiting'
  | 'succeeded'
  | 'failed'
  | 'denied'
  | 'killed'
  | 'timeout'
  | 'interrupted'

/** `seqs`: every event that a block stands for, so that a link to any of them finds it. */
type Placed = { key: string; at: string; seqs: readonly number[] }

export type TextBlock = Placed & {
  type: 'text'
  text: string
  thinking: boolean
  /** Still being written: shown as it passes, in no record yet. */
  partial: boolean
  /** The turn ended before the full text came: this part is not in the record. */
  unfinished: boolean
}

export type ApprovalFact = {
  id: string
  tool_use_id: string
  turn_id: string | null
  state: ApprovalState
  /** Null where the policy decided. */
  operator: string | null
  /** The operator's own words; for an expired one, why it expired. */
  reason: string | null
  /** What the policy said, by which rule and why; empty where the record does not tell. */
  verdict: Verdict | null
  axis: Axis | null
  rule: string
  why: string
  /** How many different people have to allow it, and who has answered so far. */
  needed: number
  votes: readonly Vote[]
  expires_at: string | null
  /** `session`: the answer let the same call through from then on. */
  scope: ApprovalScope | null
  /** Who had allowed the same call for the session before. */
  granted_by: string | null
  /** An admin decided alone what two should have. */
  override: boolean
  tool_name: string | null
  input: Record<string, unknown> | null
  asked_at: string
  /** Of its latest event. */
  at: string
}

export type ToolBlock = Placed & {
  type: 'tool'
  id: string
  name: string
  input: Record<string, unknown>
  state: ToolState
  /** When it began to run, as far as that is known. */
  since: string
  /** The end of what a running command has written, at most `TAIL_CHARACTERS`. */
  tail: string
  tail_lines: number
  output: string | null
  /** Who stopped it, and after how long: its output is the CLI's word of that, not what it wrote. */
  stopped: { operator: string; after_ms: number; reason: string | null } | null
  duration_ms: number | null
  exit_code: number | null
  truncated: boolean
  output_bytes: number | null
  approval: ApprovalFact | null
  /** Whether the call changes something outside the conversation, as far as its text tells. */
  changes: boolean
  children: readonly Block[]
}

/** An approval whose call is not in the record (yet). */
export type ApprovalBlock = Placed & { type: 'approval'; approval: ApprovalFact }
export type NoteBlock = Placed & { type: 'note'; operator: string; text: string }
export type ControlBlock = Placed & {
  type: 'control'
  action: string
  operator: string
  reason: string | null
  fields: Record<string, unknown>
}
export type ErrorBlock = Placed & { type: 'error'; error: string; code: string; fatal: boolean }
/** Shown as JSON: a CLI message of no known type, or an event of a kind that this page does not know. */
export type RawBlock = Placed & { type: 'raw'; label: string; json: string; truncated: boolean }

/** What a command of a verb wrote, and how it ended. */
export type VerbOutput = {
  output: string
  exit_code: number | null
  duration_ms: number | null
  truncated: boolean
  output_id: string | null
  output_bytes: number | null
  dropped_bytes: number
  reason: string | null
}

/** A verb: what it looked at first, what it ran, and what came of it. */
export type VerbBlock = Placed & {
  type: 'verb'
  id: string
  name: string
  title: string
  /** Who asked for it. */
  operator: string
  /** Who confirmed it, where it asked. */
  confirmed_by: string | null
  host: string | null
  argv: readonly string[]
  /** What is looked at first; null where nothing is. */
  evidence_argv: readonly string[] | null
  evidence: VerbOutput | null
  confirm: string | null
  /** Whether it changes something, as its author says. */
  changes: boolean
  irreversible: boolean
  state: 'looking' | 'awaiting' | 'running' | VerbOutcome
  timeout_seconds: number | null
  since: string
  tail: string
  tail_lines: number
  /** Of the command itself; null until it has ended. */
  result: VerbOutput | null
  ended_by: string | null
  survivors: readonly Survivor[]
}

export type Block =
  | TextBlock
  | ToolBlock
  | ApprovalBlock
  | NoteBlock
  | ControlBlock
  | ErrorBlock
  | RawBlock
  | VerbBlock

export type Survivor = { pid: number; command: string }
export type Stopped = { operator: string; at: string; reason: string | null; survivors: readonly Survivor[] }

export type TurnResult = {
  seq: number
  at: string
  outcome: Outcome
  text: string
  duration_ms: number
  cost_usd: number | null
  usage: Usage | null
  num_turns: number
  exit_code: number | null
  stderr: string | null
  /** Where it was the model that failed: how, and whose it was. */
  model_failure: ModelFailure | null
  provider: string | null
}

export type Turn = Placed & {
  type: 'turn'
  /** Its place in the session, from 1. */
  number: number
  id: string
  operator: string | null
  /** Null for a turn that nobody asked for. */
  prompt: string | null
  prompt_at: string
  state: 'running' | 'ended'
  model: string | null
  claude_version: string | null
  result: TurnResult | null
  stopped: Stopped | null
  blocks: readonly Block[]
}

export type Item = Turn | Block

/** The console's offer to go on with another provider. */
export type Offer = { turn_id: string; from: string; to: string; reason: string }

/** What a running turn waits for. `timeout_ms`: the call's own limit, where it was given one. */
export type WaitingFor =
  | { what: 'tool'; label: string; since: string; timeout_ms: number | null }
  | { what: 'model'; since: string }

export type RecordFacts = {
  running: { turn_id: string; started_at: string; last_sign_at: string } | null
  /** The call that runs, or else the model; null while nothing runs or a person is waited for. */
  waiting_for: WaitingFor | null
  /** What goes on, in one line; empty while nothing does. */
  action: string
  /** Questions to an operator without an answer, oldest first. */
  pending: readonly ApprovalFact[]
  held: boolean
  /** It stands until somebody goes on in any way. */
  offer: Offer | null
  closed: { operator: string; at: string; outcome: string | null; summary: string | null } | null
  last_outcome: Outcome | null
  cost_usd: number | null
  tokens: number
  model: string | null
  cwd: string | null
  cli_session_id: string | null
  claude_version: string | null
  tools: number
  turns: number
  calls: number
  failed: number
  changes: number
  /** Lines of the CLI of no known type. */
  raws: number
  /** Places that are masked. */
  masked: number
}

export type RecordSnapshot = {
  items: readonly Item[]
  facts: RecordFacts
  /** The last event in it; 0 when there is none. */
  head_seq: number
  /** Whether the replay is over and what follows is live. */
  caught_up: boolean
}
