#!/usr/bin/env node
// Stands in for the CLI in a benchmark: each line it writes holds the time of its writing.
import { setTimeout as sleep } from 'node:timers/promises'
import { now, say, sayText, serve } from './stand-in.mjs'

const LINES = 500
const PAUSE_MS = 8

await serve(async () => {
  for (let number = 0; number < LINES; number++) {
    await sleep(PAUSE_MS)
    // A message of its own is recorded, then published; a piece of text is published only.
    if (number % 2 === 0) sayText(`msg_${number}`, String(now()))
    else sayPart(number)
  }
})

/** A piece of text, its last word ended. */
function sayPart(number) {
  const id = `part_${number}`
  const event = (body) => say({ type: 'stream_event', uuid: id, parent_tool_use_id: null, event: body })
  if (number === 1) {
    event({
      type: 'message_start',
      message: { id, type: 'message', role: 'assistant', model: 'stand-in', content: [], usage: {} },
    })
    event({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } })
  }
  event({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: `${now()}\n` } })
}
