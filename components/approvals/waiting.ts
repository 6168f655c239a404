import type { ApprovalFact } from '../../lib/block-types.ts'
import type { Axis, Vote } from '../../lib/events.ts'
import type { ApprovalKind, ApprovalView } from '../../lib/gate-api.ts'

/** A question that waits for an operator, as the record and the API both tell it. */
export type Waiting = {
  id: string
  kind: ApprovalKind
  tool_name: string
  input: Record<string, unknown>
  axis: Axis
  rule: string
  /** Why the policy asks. */
  reason: string
  directory: string
  host: string
  /** How many different people have to allow it. */
  needed: number
  votes: readonly Vote[]
  /** When it is denied for want of an answer; null where it waits as long as its turn. */
  expires_at: string | null
  /** What allowing it for the session would let through besides, in words; null where that can't be given. */
  session_scope: string | null
  created_at: string
}

export function fromView(view: ApprovalView): Waiting {
  return { ...view, reason: view.reason ?? '' }
}

/** @param view what the API adds to the record, once it is known; the record knows of the latest vote first */
export function fromFact(fact: ApprovalFact, view: ApprovalView | undefined, directory: string): Waiting {
  return {
    id: fact.id,
    kind: view?.kind ?? KINDS[fact.tool_name ?? ''] ?? 'tool',
    tool_name: fact.tool_name ?? '',
    input: fact.input ?? NOTHING,
    // What nothing is known of may be the worst.
    axis: fact.axis ?? view?.axis ?? 'irreversible',
    rule: fact.rule,
    reason: fact.why,
    directory: view?.directory ?? directory,
    host: view?.host ?? '',
    needed: fact.needed,
    votes: fact.votes,
    expires_at: fact.expires_at,
    session_scope: view?.session_scope ?? null,
    created_at: fact.asked_at,
  }
}

const KINDS: Record<string, ApprovalKind> = { AskUserQuestion: 'question', ExitPlanMode: 'plan' }
const NOTHING: Record<string, unknown> = {}

/** Who has allowed it so far. */
export function allowedBy({ votes }: Pick<Waiting, 'votes'>): string[] {
  return votes.filter((vote) => vote.decision === 'allow').map((vote) => vote.operator)
}

/** What is asked for, in few words. */
export function titleOf({ kind, tool_name: name }: Waiting): string {
  if (kind === 'question') return 'The agent asks you'
  if (kind === 'plan') return 'A plan to approve'
  if (name === 'Bash') return 'Run a command'
  if (name === 'Write') return 'Write a file'
  if (name === 'Edit' || name === 'MultiEdit' || name === 'NotebookEdit') return 'Change a file'
  if (name === 'WebFetch' || name === 'WebSearch') return 'Reach out to the network'
  if (name === 'Task' || name === 'Agent') return 'Start a subagent'
  return name === '' ? 'Use a tool' : `Use ${name}`
}

/** What is seen whole in a few lines of a list. */
const SIMPLE_CHARACTERS = 160

/** Whether it can be decided from a list: one person, nothing that can't be undone, and a call that is seen whole there. */
export function isSimple({ kind, axis, needed, tool_name, input }: Waiting): boolean {
  const command = tool_name === 'Bash' && typeof input.command === 'string' ? input.command : null
  return (
    kind === 'tool' &&
    needed === 1 &&
    axis !== 'irreversible' &&
    command !== null &&
    command.length <= SIMPLE_CHARACTERS &&
    !command.includes('\n')
  )
}
