// The HTTP contract as schemas: what a request may say, what an answer looks like.
import { z } from 'zod'
import type { BudgetView } from './budget.ts'
import { budgetSchema } from './budget-api.ts'
import type { Outcome, RecordedEvent } from './events.ts'
import type { GrantView } from './gate-api.ts'

export const PROMPT_MAX_BYTES = 256 * 1024
/** A prompt of full length whose every byte JSON has to escape as \u00XX, and what stands around it. */
export const PROMPT_BODY_MAX_BYTES = 6 * PROMPT_MAX_BYTES + 1024
export const BODY_MAX_BYTES = 64 * 1024

export const ROLES = ['viewer', 'operator', 'admin'] as const
export type Role = (typeof ROLES)[number]
export const DRIVERS = ['print', 'stream', 'tui'] as const
export type DriverName = (typeof DRIVERS)[number]
export const SESSION_KINDS = ['incident', 'drill'] as const
export type SessionKind = (typeof SESSION_KINDS)[number]
export const CLOSE_OUTCOMES = ['resolved', 'mitigated', 'abandoned'] as const
export type CloseOutcome = (typeof CLOSE_OUTCOMES)[number]

/** Text of one line, at most `max` characters. */
export const lineSchema = (max: number) =>
  z
    .string()
    .trim()
    .max(max)
    .regex(/^[^\p{Cc}]*$/u, 'Use one line without control characters')

export const openSessionSchema = z.strictObject({
  reason: z
    .string()
    .trim()
    .min(10, 'Say in at least 10 characters what is broken')
    .max(2000, 'Keep the reason within 2000 characters'),
  title: lineSchema(200).min(1).optional(),
  ticket: lineSchema(100).optional(),
  kind: z.enum(SESSION_KINDS).default('incident'),
  /** The drill to rehearse, where kind is `drill`. */
  drill: lineSchema(100).optional(),
  driver: z.enum(DRIVERS, { error: `Use one of ${DRIVERS.join(', ')}` }).default('print'),
  model: lineSchema(200).min(1).optional(),
  provider: lineSchema(100).min(1).optional(),
  minutes: z
    .int()
    .min(1)
    .max(24 * 60)
    .default(120),
  /** What it may use, where that is not what the configuration says. */
  budget: budgetSchema.optional(),
})
export type OpenSession = z.infer<typeof openSessionSchema>

export const startTurnSchema = z.strictObject({
  prompt: z
    .string()
    .refine((text) => text.trim() !== '', 'Write what the agent should do')
    .refine(
      (text) => new TextEncoder().encode(text).length <= PROMPT_MAX_BYTES,
      'Keep the prompt within 256 KiB',
    ),
  queue: z.boolean().default(false),
})
/** The `Idempotency-Key` header. */
export const idempotencyKeySchema = z.object({
  key: z
    .string()
    .regex(
      /^[\x21-\x7e]{1,200}$/,
      'Use 1 to 200 printable ASCII characters without spaces as Idempotency-Key',
    )
    .nullable(),
})
export const editQueuedSchema = startTurnSchema.pick({ prompt: true })
export const closeSessionSchema = z.strictObject({
  outcome: z.enum(CLOSE_OUTCOMES),
  summary: z.string().trim().max(10_000).optional(),
})
/** Not masked: for admins, and told in the record. */
const raw = z
  .enum(['true', 'false'])
  .default('false')
  .transform((word) => word === 'true')
const wholeNumber = z
  .string()
  .regex(/^\d{1,15}$/, 'Use a whole number')
  .transform(Number)
const dateOrTime = z
  .string()
  .refine(
    (text) => !Number.isNaN(Date.parse(text)),
    'Use a date like 2026-11-20 or a time like 2026-11-20T08:00:00Z',
  )
/** In UTC, as times of the record are. A day that ends a range counts with all its hours. */
const fromTime = dateOrTime.transform((text) => new Date(text).toISOString())
const toTime = dateOrTime.transform((text) =>
  new Date(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T23:59:59.999Z` : text).toISOString(),
)
export const listSessionsSchema = z.object({
  q: z.string().trim().max(200).optional(),
  operator: z.string().trim().max(64).optional(),
  outcome: z.enum([...CLOSE_OUTCOMES, 'open', '']).optional(),
  from: z.union([z.literal(''), fromTime]).optional(),
  to: z.union([z.literal(''), toTime]).optional(),
  cursor: z.string().max(500).optional(),
  limit: wholeNumber.pipe(z.int().min(1).max(200)).optional(),
})
export const eventsQuerySchema = z.object({
  after: wholeNumber.default(0),
  limit: wholeNumber.pipe(z.int().min(1).max(5000)).default(1000),
  raw,
})
export const outputQuerySchema = z.object({ raw })
/** Further formats come with the postmortem. */
export const exportQuerySchema = z.object({ format: z.enum(['ndjson']).default('ndjson'), raw })
export const operatorNameSchema = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/,
    'Use 1 to 32 letters, digits, dots, dashes or underscores, beginning with a letter or digit',
  )
export const passwordSchema = z
  .string()
  .min(12, 'Use at least 12 characters')
  .max(1024, 'Use at most 1024 characters')
export const signInSchema = z.strictObject({ name: z.string().max(64), password: z.string().max(1024) })
export const stepUpSchema = signInSchema.pick({ password: true })
export const setUpSchema = z.strictObject({
  token: z.string().max(200),
  name: operatorNameSchema,
  password: passwordSchema,
})

/** RFC 9457 `application/problem+json`. `fields` names the inputs at fault. */
export type Problem = {
  type: string
  title: string
  status: number
  code: string
  detail: string
  fields?: Record<string, string>
  [extension: string]: unknown
}

export type TurnView = {
  id: string
  session_id: string
  operator: string
  prompt: string
  state: 'queued' | 'running' | 'ended' | 'removed'
  outcome: Outcome | null
  created_at: string
  started_at: string | null
  /** When the turn is stopped if it has not ended by itself. */
  deadline_at: string | null
  ended_at: string | null
  cost_usd: number | null
  input_tokens: number | null
  output_tokens: number | null
}

/**
 * `held`: prompts wait, since the turn before them did not succeed; the next prompt or `send now` goes on.
 * `over`: the time box has ended; nothing new starts until it is extended.
 */
export type SessionStatus = 'idle' | 'running' | 'needs_you' | 'held' | 'over' | 'closed'

export type SessionView = {
  id: string
  reason: string
  title: string
  ticket: string | null
  kind: SessionKind
  drill: string | null
  driver: DriverName
  provider: string
  model: string | null
  minutes: number
  /** When the time box ends; null where there is none (sessions of the gateway). */
  ends_at: string | null
  operator: string
  workspace: string
  cli_session_id: string
  claude_version: string | null
  created_at: string
  last_event_at: string
  closed_at: string | null
  outcome: CloseOutcome | null
  summary: string | null
  status: SessionStatus
  head_seq: number
  current_turn: TurnView | null
  queued: number
  turns: number
  last_outcome: Outcome | null
  total_cost_usd: number | null
  total_tokens: number
  pending_approvals: number
  /** Lines of the CLI of no known type in the record. */
  raw_count: number
}

/** One session with its turns, where lists have their number. */
export type SessionDetail = Omit<SessionView, 'turns'> & {
  turns: TurnView[]
  queue: TurnView[]
  /** Seconds without any sign of life from the CLI after which a turn is stopped. */
  silence_limit_seconds: number
  /** The CLI that this console was tried with. */
  tried_version: string
  /** What holds the processes of this console together. */
  containment: HealthCheck
  /** Seconds in which nothing has to move before the record says so. */
  stall_seconds: number
  /** Longest a command may run, in seconds. */
  tool_limit_seconds: number
  /** What it may use and has used; null where it may use as much as it likes. */
  budget: BudgetView | null
  /** What operators have allowed for the whole session. */
  grants: GrantView[]
  /** How long before the end of the time box it is warned of, and what a turn that runs then still gets. */
  time_box: { warning_minutes: number; grace_minutes: number }
}

export type SessionPage = { sessions: SessionView[]; next_cursor: string | null }
export type EventPage = { events: RecordedEvent[]; head_seq: number }

/** What was looked at and how it is; `brief` says that in few words for the health strip, `hint` what to do. */
export type HealthCheck = {
  name: string
  state: 'ok' | 'warn' | 'error'
  detail: string
  brief?: string
  hint?: string
}

export type Health = {
  ok: boolean
  version: string
  claude_version: string | null
  started_at: string
  checks: HealthCheck[]
}

/** A drill on offer. */
export type DrillView = { name: string; title: string; reason: string; prompt: string }
export type OperatorView = { id: string; name: string; role: Role }

/** The shared stream of a browser: many sessions on one connection (`GET /api/stream?at=SESSION:SEQ&…`). */
export type SharedFrame =
  | { session: string; event: import('./events.ts').StreamEvent }
  /** Who else watches a session. */
  | { session: string; watching: string[] }
  /** Something that lists show has changed: fetch them again. */
  | { changed: 'sessions' }
  | { hello: { server: string } }
  /** Of a terminal that is followed (`?term=TERMINAL:OFFSET`, or `:now`); `offset` counts the bytes up to and with it. */
  | { terminal: string; offset: number; frame: import('./terminal-api.ts').TerminalFrame }
