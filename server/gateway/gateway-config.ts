// The `gateway` part of the configuration: everything about pooled sessions that a request can't choose.
import { isAbsolute } from 'node:path'
import { z } from 'zod'
import { SEEDINGS } from './seed.ts'

/** The console sets these itself; a value from the configuration would undo what keeps a session apart. */
const RESERVED = /^(ANTHROPIC_|CLAUDE|BREAKGLASS_|BASH_|DISABLE_)/

const seconds = (standard: number) =>
  z
    .number()
    .min(0.1)
    .max(24 * 3600)
    .default(standard)
const tool = z.string().regex(/^[A-Za-z][\w*-]*(\([^,]*\))?$/, 'Name a tool of the CLI, such as Bash or Edit')

export const gatewaySchema = z.strictObject({
  /** How pooled sessions run the CLI. */
  driver: z.enum(['print', 'stream', 'tui']).default('tui'),
  /** The provider of models that no provider names; the first one unless given. */
  provider: z.string().min(1).optional(),
  /** Models that may be asked for; a `*` at the end stands for any rest. */
  models: z.array(z.string().min(1).max(200)).min(1).optional(),
  system_prompt: z.string().min(1).optional(),
  append_system_prompt: z.string().min(1).optional(),
  /** What becomes of a request's `system`: put behind the system prompt, or refused. */
  request_system: z.enum(['append', 'refuse']).default('append'),
  allowed_tools: z.array(tool).optional(),
  disallowed_tools: z.array(tool).default([]),
  /** As in the CLI's own MCP configuration: a name, and how the server is reached. */
  mcp_servers: z
    .record(z.string().regex(/^[A-Za-z0-9_-]{1,64}$/), z.record(z.string(), z.unknown()))
    .default({}),
  effort: z.enum(['low', 'medium', 'high', 'xhigh', 'max']).optional(),
  /** Answers of the model in one turn; `tui` knows no such limit. */
  max_turns: z.int().min(1).max(1000).optional(),
  add_dir: z.array(z.string().refine(isAbsolute, 'Give an absolute path')).default([]),
  environment: z
    .record(
      z
        .string()
        .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'Name an environment variable')
        .refine((name) => !RESERVED.test(name), 'The console sets this variable itself'),
      z.string(),
    )
    .default({}),
  seeding: z.enum(SEEDINGS).default('native_jsonl'),
  /** Sessions that are kept, idle or in a turn. */
  pool_size: z.int().min(1).max(50).default(4),
  idle_minutes: z
    .number()
    .min(0.001)
    .max(24 * 60)
    .default(15),
  /** Requests of one token that run at the same time. */
  requests_at_once: z.int().min(1).max(50).default(4),
  /** From the prompt until the CLI has opened the session. */
  start_seconds: seconds(60),
  /** From the prompt until the turn has ended. */
  turn_seconds: seconds(3600),
  /** After a turn, until its transcript holds the last answer. */
  transcript_seconds: seconds(10),
  /** Until a turn that was stopped has ended. */
  stop_seconds: seconds(30),
})

export type GatewayConfig = z.infer<typeof gatewaySchema>
