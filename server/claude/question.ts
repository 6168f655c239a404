// Reads the CLI's questions off the control channel: whether a tool may run.
import { type Fields, fieldsOf, isTooDeep, stringOf } from './messages.ts'

/** A question of the CLI that waits for an answer on the control channel; without one its tool does not run. */
export type ControlQuestion =
  | PermissionQuestion
  /** A request of any other kind: it has to be answered with an error, or the CLI may wait for ever. */
  | { subtype: 'other'; request_id: string; name: string }

export type PermissionQuestion = {
  subtype: 'can_use_tool'
  request_id: string
  tool_name: string
  tool_use_id: string
  /** To be given back as `updatedInput` where the call is allowed. */
  input: Record<string, unknown>
  /** Why the CLI asks; in production always its ask rule. */
  decision_reason?: string
  decision_reason_type?: string
  /** The path outside the allowed directories that made it ask. */
  blocked_path?: string
  /** Set where a subagent asks. */
  agent_id?: string
}

/** The question of a control request; undefined where it is of another kind, or malformed. */
export function permissionQuestion(
  request_id: string,
  subtype: string,
  request: Fields,
): PermissionQuestion | undefined {
  const tool_name = stringOf(request, 'tool_name')
  const tool_use_id = stringOf(request, 'tool_use_id')
  const input = fieldsOf(request, 'input')
  if (subtype !== 'can_use_tool' || tool_name === undefined || tool_use_id === undefined || !input) {
    return undefined
  }
  if (isTooDeep(input)) return undefined
  const question: PermissionQuestion = { subtype, request_id, tool_name, tool_use_id, input }
  for (const key of ['decision_reason', 'decision_reason_type', 'blocked_path', 'agent_id'] as const) {
    const value = stringOf(request, key)
    if (value !== undefined) question[key] = value
  }
  return question
}
