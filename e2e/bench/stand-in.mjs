// What the stand-ins of the CLI share: how they are asked, and how they write.
import { writeSync } from 'node:fs'
import { createInterface } from 'node:readline'

const VERSION = '2.1.197'

if (process.argv.includes('--version')) {
  console.log(`${VERSION} (Claude Code)`)
  process.exit(0)
}

const named = process.argv.findIndex((argument) => argument === '--session-id' || argument === '--resume')
const session_id = process.argv[named + 1]

/** Writes a line, at once. */
export const say = (message) => writeSync(1, `${JSON.stringify({ ...message, session_id })}\n`)

/** Monotonic milliseconds: the same clock for all processes of the host. */
export const now = () => Number(process.hrtime.bigint()) / 1e6

/** A whole message of the assistant. */
export function sayText(id, text) {
  const frame = { id, type: 'message', role: 'assistant', model: 'stand-in', stop_reason: null, usage: {} }
  const message = { ...frame, content: [{ type: 'text', text }] }
  say({ type: 'assistant', uuid: id, parent_tool_use_id: null, message })
}

/**
 * Reads the console's messages until there are no more: each prompt becomes a turn.
 * @param turn what happens between the first and the last line of one
 * @param onAnswer gets the gate's answers
 */
export async function serve(turn, onAnswer = () => undefined) {
  for await (const line of createInterface({ input: process.stdin })) {
    const { type, request_id, response } = JSON.parse(line)
    if (type === 'control_request')
      say({ type: 'control_response', response: { subtype: 'success', request_id, response: {} } })
    if (type === 'control_response') onAnswer(response.response)
    if (type === 'user') void run(turn)
  }
}

async function run(turn) {
  say({
    ...{ type: 'system', subtype: 'init', uuid: 'init', cwd: process.cwd(), tools: [], mcp_servers: [] },
    ...{ model: 'stand-in', permissionMode: 'default', apiKeySource: 'none' },
    claude_code_version: VERSION,
  })
  await turn()
  const tokens = { input_tokens: 1, output_tokens: 1 }
  const usage = { ...tokens, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 }
  say({
    ...{ type: 'result', subtype: 'success', is_error: false, duration_ms: 1, duration_api_ms: 1 },
    ...{ num_turns: 1, result: 'done', total_cost_usd: 0, usage, uuid: 'result', permission_denials: [] },
  })
}
