// The one vocabulary: every fact in the record, on the wire and on the page is one of these events.
import { z } from 'zod'

/** How a turn ended. `incomplete`: the CLI ended without a result. */
export const OUTCOMES = ['success', 'error', 'interrupted', 'timeout', 'incomplete'] as const
export type Outcome = (typeof OUTCOMES)[number]

/** Why the model did not answer. `failing`: an error of the provider's own; `credentials`: they are refused or missing. */
const MODEL_FAILURES = ['unreachable', 'overloaded', 'failing', 'rate_limited', 'credentials'] as const
export type ModelFailure = (typeof MODEL_FAILURES)[number]

const sessionBody = z.object({
  kind: z.literal('session'),
  /** The CLI's session id, as it reported it. */
  session_id: z.string(),
  model: z.string(),
  cwd: z.string(),
  tools: z.array(z.string()),
  claude_version: z.string(),
  resumed: z.boolean(),
  /** The provider that the turn asks. */
  provider: z.string().optional(),
})

const textBody = z.object({
  kind: z.literal('text'),
  text: z.string(),
  message_id: z.string(),
  /** A fragment of text to come: never recorded, never replayed; the full text follows it. */
  partial: z.boolean().optional(),
  thinking: z.boolean().optional(),
  parent_tool_use_id: z.string().optional(),
})

const toolBody = z.object({
  kind: z.literal('tool'),
  tool_use_id: z.string(),
  phase: z.enum(['call', 'progress', 'output']),
  parent_tool_use_id: z.string().optional(),
  /** With `call`. */
  name: z.string().optional(),
  input: z.record(z.string(), z.unknown()).optional(),
  /** With `progress`: what a running command has written since. Never recorded. */
  data: z.string().optional(),
  /** With `progress`: `data` is the end of all that it has written so far, in place of what was shown before. */
  tail: z.boolean().optional(),
  /** With `output`. */
  output: z.string().optional(),
  is_error: z.boolean().optional(),
  duration_ms: z.number().optional(),
  /** The record holds a part only; `GET …/outputs/TOOL_USE_ID` has the whole where `output_bytes` is set. */
  truncated: z.boolean().optional(),
  /** Size in bytes of the whole output that was kept. */
  output_bytes: z.number().optional(),
  exit_code: z.number().optional(),
})

export const usageSchema = z.object({
  input_tokens: z.number(),
  output_tokens: z.number(),
  cache_read_input_tokens: z.number(),
  cache_creation_input_tokens: z.number(),
})
export type Usage = z.infer<typeof usageSchema>

const resultBody = z.object({
  kind: z.literal('result'),
  outcome: z.enum(OUTCOMES),
  is_error: z.boolean(),
  result: z.string(),
  duration_ms: z.number(),
  num_turns: z.number(),
  total_cost_usd: z.number().nullable(),
  usage: usageSchema.nullable(),
  /** As the console saw it: from the start of the turn to the first text or tool call, and to the result. */
  first_output_ms: z.number().optional(),
  elapsed_ms: z.number().optional(),
  /** The CLI's exit code or signal and the tail of its stderr, where they explain the outcome. */
  exit_code: z.number().nullable().optional(),
  stderr: z.string().optional(),
  /** Where it was the model that failed: how, and whose it was. */
  model_failure: z.enum(MODEL_FAILURES).optional(),
  provider: z.string().optional(),
})

const errorBody = z.object({
  kind: z.literal('error'),
  error: z.string(),
  code: z.string(),
  /** Ends the turn: its process was never started. */
  fatal: z.boolean(),
})

const promptBody = z.object({ kind: z.literal('prompt'), operator: z.string(), text: z.string() })

export const APPROVAL_STATES = ['pending', 'allowed', 'denied', 'expired'] as const
export type ApprovalState = (typeof APPROVAL_STATES)[number]

/** What a policy says of a call, from the mildest on. */
export const VERDICTS = ['allow', 'ask', 'ask_two', 'never'] as const
export type Verdict = (typeof VERDICTS)[number]
/** What a call would do, from the mildest on. */
export const AXES = ['reversible', 'changes_state', 'irreversible'] as const
export type Axis = (typeof AXES)[number]
/** `session`: the answer holds for the same call again, until the session ends or it is taken back. */
export const APPROVAL_SCOPES = ['once', 'session'] as const
export type ApprovalScope = (typeof APPROVAL_SCOPES)[number]

const voteSchema = z.object({ operator: z.string(), decision: z.enum(['allow', 'deny']), at: z.string() })
export type Vote = z.infer<typeof voteSchema>

const approvalBody = z.object({
  kind: z.literal('approval'),
  approval_id: z.string(),
  tool_use_id: z.string(),
  state: z.enum(APPROVAL_STATES),
  /** Missing where the policy decided. */
  operator: z.string().optional(),
  /** An operator's where there is one, else the policy's. */
  reason: z.string().optional(),
  tool_name: z.string().optional(),
  input: z.record(z.string(), z.unknown()).optional(),
  /** What the policy said, and the rule that decided. */
  verdict: z.enum(VERDICTS).optional(),
  axis: z.enum(AXES).optional(),
  rule: z.string().optional(),
  /** How many different people have to allow it, and who has answered so far. */
  needed: z.union([z.literal(1), z.literal(2)]).optional(),
  votes: z.array(voteSchema).optional(),
  expires_at: z.string().optional(),
  scope: z.enum(APPROVAL_SCOPES).optional(),
  /** The earlier approval whose scope let this call through. */
  grant: z.string().optional(),
  /** An admin has decided alone what two should have. */
  override: z.boolean().optional(),
})

/** How a run of a verb ended. `stopped` and `interrupted`: by a person, by the console's end. `cancelled`, `expired`: never confirmed. */
export const VERB_OUTCOMES = [
  ...(['success', 'failed', 'timeout', 'stopped', 'interrupted'] as const),
  ...(['not_started', 'cancelled', 'expired'] as const),
] as const
export type VerbOutcome = (typeof VERB_OUTCOMES)[number]

const verbBody = z.object({
  kind: z.literal('verb'),
  name: z.string(),
  run_id: z.string(),
  /** `evidence` [→ `awaiting`] → `started` → `ended`; `awaiting` brings what the evidence showed, and asks. */
  phase: z.enum(['evidence', 'awaiting', 'started', 'output', 'ended']),
  /** Who asked for this phase. */
  operator: z.string(),
  title: z.string().optional(),
  /** With `evidence` and `started`: what runs, its blanks filled. */
  argv: z.array(z.string()).optional(),
  host: z.string().optional(),
  axis: z.enum(AXES).optional(),
  /** With the first phase of a verb that asks: what it asks, and what it would run. */
  confirm: z.string().optional(),
  intends: z.array(z.string()).optional(),
  timeout_seconds: z.number().optional(),
  /** With `output`: what the command has written since, or with `tail` the end of all so far. Never recorded. */
  data: z.string().optional(),
  tail: z.boolean().optional(),
  /** With `awaiting` and `ended`. */
  output: z.string().optional(),
  exit_code: z.number().nullable().optional(),
  duration_ms: z.number().optional(),
  /** `output` is its end only; `GET …/outputs/OUTPUT_ID` has the `output_bytes` that were kept. */
  truncated: z.boolean().optional(),
  output_id: z.string().optional(),
  output_bytes: z.number().optional(),
  /** Written beyond what is kept, counted and thrown away. */
  dropped_bytes: z.number().optional(),
  /** With `ended`. */
  outcome: z.enum(VERB_OUTCOMES).optional(),
  reason: z.string().optional(),
  survivors: z.array(z.object({ pid: z.number(), command: z.string() })).optional(),
})

const noteBody = z.object({ kind: z.literal('note'), operator: z.string(), text: z.string() })

const controlBody = z
  .object({
    kind: z.literal('control'),
    /** opened, closed, stop_requested, stopped, adopted, retrying, compacted, drill_check, held, … */
    action: z.string(),
    operator: z.string(),
    reason: z.string().optional(),
  })
  .loose()

const rawBody = z.object({
  kind: z.literal('raw'),
  /** A line of the CLI's output of no known type, as it came (bytes that are no UTF-8 as U+FFFD). */
  line: z.string(),
  /** Set where the line was too long to keep here; the spool has the whole. */
  truncated: z.boolean().optional(),
  bytes: z.number().optional(),
  sha256: z.string().optional(),
})

export const eventBodySchema = z.discriminatedUnion('kind', [
  sessionBody,
  textBody,
  toolBody,
  resultBody,
  errorBody,
  promptBody,
  approvalBody,
  verbBody,
  noteBody,
  controlBody,
  rawBody,
])

/** What happened, before the record has numbered it. */
export type EventBody = z.infer<typeof eventBodySchema>
export type EventKind = EventBody['kind']
export type BodyOf<K extends EventKind> = Extract<EventBody, { kind: K }>

/** A fact in the record: numbered `seq` within its session, `at` in ISO 8601 UTC. */
export type RecordedEvent = EventBody & {
  seq: number
  at: string
  turn_id?: string
  /** How many places of it are masked here; the record has them as they are. */
  masked?: number
}

/**
 * A passing thing: partial text, the progress of a tool or of a verb. It has no number and is never replayed; who comes while a command
 * runs gets the end of what it has written so far.
 */
export type PassingEvent = (BodyOf<'text'> | BodyOf<'tool'> | BodyOf<'verb'>) & {
  at: string
  turn_id?: string
  seq?: never
}

/** Says that everything up to `seq` has been replayed and what follows is live. */
export type CaughtUp = { kind: 'caught-up'; seq: number }

/** Everything that an event stream can carry. */
export type StreamEvent = RecordedEvent | PassingEvent | CaughtUp
