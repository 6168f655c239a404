#!/usr/bin/env node
// Stands in for the CLI in a benchmark: each line it writes holds the time of its writing, on the host's monotonic clock.
import { writeSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'

const LINES = 500
const PAUSE_MS = 8

if (process.argv.includes('--version')) {
  console.log('2.1.197 (Claude Code)')
  process.exit(0)
}

const named = process.argv.findIndex((argument) => argument === '--session-id' || argument === '--resume')
const session_id = process.argv[named + 1]
const say = (message) => writeSync(1, `${JSON.stringify({ ...message, session_id })}\n`)
const time = () => String(Number(process.hrtime.bigint()) / 1e6)

for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line)
  if (message.type === 'control_request')
    say({
      type: 'control_response',
      response: { subtype: 'success', request_id: message.request_id, response: {} },
    })
  if (message.type === 'user') await answer()
}

async function answer() {
  say({
    ...{ type: 'system', subtype: 'init', uuid: 'init', cwd: process.cwd(), tools: [], mcp_servers: [] },
    ...{ model: 'stamps', permissionMode: 'default', claude_code_version: '2.1.197', apiKeySource: 'none' },
  })
  for (let number = 0; number < LINES; number++) {
    await sleep(PAUSE_MS)
    if (number % 2 === 0) sayWhole(number)
    else sayPart(number)
  }
  const usage = {
    input_tokens: 1,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 0,
    output_tokens: 1,
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
    ...{ result: 'done', total_cost_usd: 0, usage, uuid: 'result', permission_denials: [] },
  })
}

/** A message of its own: recorded, then published. */
function sayWhole(number) {
  const id = `msg_${number}`
  const content = [{ type: 'text', text: time() }]
  const message = {
    id,
    type: 'message',
    role: 'assistant',
    model: 'stamps',
    content,
    stop_reason: null,
    usage: {},
  }
  say({ type: 'assistant', uuid: id, parent_tool_use_id: null, message })
}

/** A piece of text, its last word ended: published only. */
function sayPart(number) {
  const id = `part_${number}`
  const event = (body) => say({ type: 'stream_event', uuid: id, parent_tool_use_id: null, event: body })
  if (number === 1) {
    event({
      type: 'message_start',
      message: { id, type: 'message', role: 'assistant', model: 'stamps', content: [], usage: {} },
    })
    event({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } })
  }
  event({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: `${time()}\n` } })
}
