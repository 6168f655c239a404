// Lines of stream-json that a TUI does not write itself, as `claude -p` would have written them.
import type { HookCall } from '../gate/permission-hook.ts'
import type { Fields } from './messages.ts'
import type { WireBlock } from './wire-message.ts'

export function initLine(facts: {
  session_id: string
  cwd: string
  model: string
  tools: readonly string[]
  claude_code_version: string
}): Fields {
  return { type: 'system', subtype: 'init', ...facts }
}

/** A piece of the main loop's answer as it passes. */
export function deltaLine(text: string, thinking: boolean): Fields {
  const delta = thinking ? { type: 'thinking_delta', thinking: text } : { type: 'text_delta', text }
  return streamLine({ type: 'content_block_delta', delta })
}

export function startLine(messageId: string): Fields {
  return streamLine({ type: 'message_start', message: { id: messageId } })
}

function streamLine(event: Fields): Fields {
  return { type: 'stream_event', event, parent_tool_use_id: null }
}

export function blockLine(messageId: string, block: WireBlock, parent: string | null): Fields {
  return { type: 'assistant', message: { id: messageId, content: [block] }, parent_tool_use_id: parent }
}

/** Says under which call a subagent runs. */
export function agentLine(agentId: string, parent: string): Fields {
  const task = { task_type: 'local_agent', task_id: agentId, tool_use_id: parent }
  return { type: 'system', subtype: 'task_started', ...task }
}

export function questionLine(
  { tool_use_id, tool_name, input, agent_id }: HookCall,
  requestId: string,
): Fields {
  const request = {
    ...{ subtype: 'can_use_tool', tool_use_id, tool_name, input, decision_reason_type: 'rule' },
    ...(agent_id !== null && { agent_id }),
  }
  return { type: 'control_request', request_id: requestId, request }
}

/** Something that the console saw, see `console_notice` in system-event.ts. */
export function noticeLine(action: string, reason: string, more: Fields = {}): Fields {
  return { type: 'system', subtype: 'console_notice', action, reason, ...more }
}

/** A line for the shell, as the call of a tool that passes no gate. */
export function shellCallLine(uuid: string, command: string): Fields {
  return blockLine(uuid, { type: 'tool_use', id: shellCallOf(uuid), name: 'Shell', input: { command } }, null)
}

export function shellOutputLine(
  uuid: string,
  { stdout, stderr }: { stdout: string; stderr: string },
): Fields {
  const content = [stdout, stderr].filter((part) => part !== '').join('\n')
  const result = { type: 'tool_result', tool_use_id: shellCallOf(uuid), content }
  return { type: 'user', message: { role: 'user', content: [result] }, parent_tool_use_id: null }
}

function shellCallOf(uuid: string): string {
  return `typed_${uuid}`
}
