// The gate over HTTP: approvals, what they let through for a session, and the policy.
import { z } from 'zod'
import {
  APPROVAL_SCOPES,
  APPROVAL_STATES,
  type ApprovalScope,
  type ApprovalState,
  type Axis,
  type Verdict,
  type Vote,
} from './events.ts'

/** Longest command that can be tried against the policy, in characters. */
export const TRY_MAX_CHARACTERS = 32 * 1024

export const listApprovalsSchema = z.object({
  state: z.enum(APPROVAL_STATES).default('pending'),
  session: z.uuid('Use the id of a session').optional(),
})

export const answerApprovalSchema = z
  .strictObject({
    decision: z.enum(['allow', 'deny']),
    reason: z.string().trim().max(2000, 'Keep the reason within 2000 characters').optional(),
    scope: z.enum(APPROVAL_SCOPES).default('once'),
    /** An admin decides alone what two people should: needs a reason, and is marked in the record. */
    override: z.boolean().default(false),
    /** To the questions of AskUserQuestion: what was chosen or written, by the text of the question. */
    answers: z.record(z.string().max(4000), z.string().max(4000)).optional(),
  })
  .refine(({ override, reason }) => !override || (reason ?? '') !== '', {
    path: ['reason'],
    message: 'Say why this can not wait for a second person',
  })
export type ApprovalAnswer = z.infer<typeof answerApprovalSchema>

/** What an approval asks of the operator: to let a tool run, to answer the agent's questions, to agree to its plan. */
export type ApprovalKind = 'tool' | 'question' | 'plan'

export type ApprovalView = {
  id: string
  session_id: string
  turn_id: string
  tool_use_id: string
  tool_name: string
  input: Record<string, unknown>
  kind: ApprovalKind
  state: ApprovalState
  verdict: Verdict
  axis: Axis
  /** The rule of the policy that decided. */
  rule: string
  /** Where the call would run. */
  directory: string
  host: string
  /** How many different people have to allow it. */
  needed: 1 | 2
  votes: Vote[]
  /** Who has decided; null where nobody or the policy has. */
  operator: string | null
  /** The operator's where there is one, else why the policy asks. */
  reason: string | null
  scope: ApprovalScope | null
  /** What `scope: "session"` would let through, in words; null where it can't be given. */
  session_scope: string | null
  override: boolean
  expires_at: string | null
  created_at: string
  decided_at: string | null
}

/** What an operator has allowed for the rest of a session. It is taken back by `DELETE /api/approvals/:id/grant`. */
export type GrantView = {
  /** Of the approval that it was given with. */
  id: string
  session_id: string
  /** The call that it was given for. */
  tool_name: string
  input: Record<string, unknown>
  rule: string
  /** What it lets through, in words. */
  covers: string
  operator: string
  reason: string | null
  granted_at: string
  /** How many later calls it has let through. */
  used: number
  revoked_at: string | null
  revoked_by: string | null
}

export type PolicyRuleView = {
  name: string
  verdict: Verdict
  axis: Axis
  why: string
  origin: 'own' | 'builtin'
  /** What the rule is about; all of it has to hold, of a list one. */
  match: Record<string, readonly string[] | boolean>
}

export type PolicyView = {
  /** The configuration file; null where there is none. */
  source: string | null
  /** When the policy in force was read. */
  loaded_at: string
  /** Why the file as it is now is not in force, with line and column. */
  problem: string | null
  /** Other sections of the file that have changed since the start, and wait for a restart. */
  restart_needed_for: string[]
  default: 'builtin' | 'allow' | 'ask'
  /** In the order in which they are asked. */
  rules: PolicyRuleView[]
}

export const tryPolicySchema = z
  .strictObject({
    tool_name: z.string().min(1, 'Name a tool').max(200, 'Use at most 200 characters').default('Bash'),
    command: z.string().max(TRY_MAX_CHARACTERS, 'Keep the command within 32,768 characters').optional(),
    input: z.record(z.string(), z.unknown()).optional(),
    /** Judged as a call of this session; without one as of a session that does not exist. */
    session_id: z.uuid('Use the id of a session').optional(),
  })
  .refine(({ command, input }) => (command === undefined) !== (input === undefined), {
    path: ['command'],
    message: 'Give either a command or the input of a tool',
  })
export type TryPolicy = z.infer<typeof tryPolicySchema>

export type TryResult = {
  verdict: Verdict
  axis: Axis
  rule: string
  reason: string
  /** What was seen, through what, and which rule speaks of it: a sentence a line, the deciding one first. */
  lines: readonly string[]
}
