// What the tee in front of a TUI's model adds to a request: the same one with it and without, in turn.
import { join } from 'node:path'
import { startWireTee } from '../../server/claude/wire-tee.ts'
import { startScriptedModel } from '../../server/drill/scripted-model.ts'
import { ROOT } from '../support/console.ts'
import { type Figure, figure } from './figure.ts'
import { now } from './subscriber.ts'

const WARM_UP = 20
const REQUEST = JSON.stringify({
  model: 'drill-plain-text',
  max_tokens: 100,
  stream: true,
  // About what the CLI sends: its prompt and its tools.
  system: 'x'.repeat(100_000),
  messages: [{ role: 'user', content: 'How is the host?' }],
})

/** @param rounds of one request each way */
export async function measureTee(rounds: number): Promise<Figure[]> {
  const model = await startScriptedModel({ scenarios: join(ROOT, 'e2e', 'scenarios') })
  const tee = await startWireTee(model.url)
  tee.listen(() => undefined)
  const added: number[] = []
  const direct: number[] = []
  try {
    for (let round = -WARM_UP; round < rounds; round++) {
      const without = await firstByte(model.url)
      const withTee = await firstByte(tee.url)
      if (round < 0) continue
      direct.push(without)
      added.push(withTee - without)
    }
  } finally {
    await tee.close()
    await model.close()
  }
  return [
    figure('request of 100 KB → first byte of the answer, added by the tee', 'ms', added, { goal: 1 }),
    figure('the same without the tee', 'ms', direct),
  ]
}

async function firstByte(url: string): Promise<number> {
  const begun = now()
  const response = await fetch(`${url}/v1/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: REQUEST,
  })
  const reader = response.body?.getReader()
  await reader?.read()
  const took = now() - begun
  while (!(await reader?.read())?.done);
  return took
}
