#!/usr/bin/env node
// Stands in for the CLI in a benchmark: asks whether a command may run, and says how long the answer took.
import { writeSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'

const QUESTIONS = 200
const PAUSE_MS = 15

if (process.argv.includes('--version')) {
  console.log('2.1.197 (Claude Code)')
  process.exit(0)
}

const named = process.argv.findIndex((argument) => argument === '--session-id' || argument === '--resume')
const session_id = process.argv[named + 1]
const say = (message) => writeSync(1, `${JSON.stringify({ ...message, session_id })}\n`)
let answered = () => undefined

for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line)
  if (message.type === 'control_request')
    say({
      type: 'control_response',
      response: { subtype: 'success', request_id: message.request_id, response: {} },
    })
  if (message.type === 'control_response') answered(message.response.response.behavior)
  if (message.type === 'user') void work()
}

async function work() {
  say({
    ...{ type: 'system', subtype: 'init', uuid: 'init', cwd: process.cwd(), tools: [], mcp_servers: [] },
    ...{ model: 'asks', permissionMode: 'default', claude_code_version: '2.1.197', apiKeySource: 'none' },
  })
  for (let number = 0; number < QUESTIONS; number++) {
    await sleep(PAUSE_MS)
    await ask(number)
  }
  say({
    ...{
      type: 'result',
      subtype: 'success',
      is_error: false,
      duration_ms: 1,
      duration_api_ms: 1,
      num_turns: 1,
    },
    ...{ result: 'done', total_cost_usd: 0, uuid: 'result', permission_denials: [] },
  })
}

async function ask(number) {
  const input = { command: `journalctl -u nginx -n ${number} | grep -c error > found.txt` }
  const request = { subtype: 'can_use_tool', tool_name: 'Bash', tool_use_id: `toolu_${number}`, input }
  const begun = process.hrtime.bigint()
  const answer = new Promise((resolve) => {
    answered = resolve
  })
  say({ type: 'control_request', request_id: `question_${number}`, request })
  if ((await answer) !== 'allow') throw new Error('The gate refused')
  const id = `msg_${number}`
  const content = [{ type: 'text', text: String(Number(process.hrtime.bigint() - begun) / 1e6) }]
  const message = {
    id,
    type: 'message',
    role: 'assistant',
    model: 'asks',
    content,
    stop_reason: null,
    usage: {},
  }
  say({ type: 'assistant', uuid: id, parent_tool_use_id: null, message })
}
