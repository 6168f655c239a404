#!/usr/bin/env node
// Stands in for the CLI in a benchmark: asks whether a command may run, and says how long the answer took.
import { setTimeout as sleep } from 'node:timers/promises'
import { now, say, sayText, serve } from './stand-in.mjs'

const QUESTIONS = 200
const PAUSE_MS = 15

let answered = () => undefined

await serve(
  async () => {
    for (let number = 0; number < QUESTIONS; number++) {
      await sleep(PAUSE_MS)
      await ask(number)
    }
  },
  ({ behavior }) => answered(behavior),
)

async function ask(number) {
  const input = { command: `journalctl -u nginx -n ${number} | grep -c error > found.txt` }
  const request = { subtype: 'can_use_tool', tool_name: 'Bash', tool_use_id: `toolu_${number}`, input }
  const begun = now()
  const answer = new Promise((resolve) => {
    answered = resolve
  })
  say({ type: 'control_request', request_id: `question_${number}`, request })
  if ((await answer) !== 'allow') throw new Error('The gate refused')
  sayText(`msg_${number}`, String(now() - begun))
}
