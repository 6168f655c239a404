// From a line that the CLI has written to the event at an SSE client.
import { join } from 'node:path'
import { isTerminal } from '../../lib/events.ts'
import { ROOT, startTestConsole } from '../support/console.ts'
import { type Figure, figure } from './figure.ts'
import { now, subscribe } from './subscriber.ts'

/** What a process does in its first moments is not what a viewer waits for all day. */
const WARM_UP_LINES = 20

/** @param turns of 500 lines each */
export async function measureLineToEvent(turns: number): Promise<Figure[]> {
  const test = await startTestConsole({
    env: { BREAKGLASS_CLAUDE: join(ROOT, 'e2e', 'bench', 'stamping-claude.mjs') },
  })
  const recorded: number[] = []
  const passing: number[] = []
  try {
    const { id } = await test.openSession('plain-text')
    for (let turn = 0; turn < turns; turn++) {
      const subscriber = await subscribe(test, id)
      let lines = 0
      const end = subscriber.next((event) => {
        if (event.kind === 'text' && ++lines > WARM_UP_LINES) {
          const took = now() - Number(event.text)
          if (event.partial) passing.push(took)
          else recorded.push(took)
        }
        return isTerminal(event)
      })
      await test.prompt(id, 'Write')
      await end
      subscriber.close()
    }
  } finally {
    await test.close()
  }
  return [
    figure('CLI line → recorded event at an SSE client', 'ms', recorded, { goal: 2 }),
    figure('CLI line → recorded event at an SSE client', 'ms', recorded, { goal: 10, at: 0.99 }),
    figure('CLI line → partial text at an SSE client', 'ms', passing, { goal: 2 }),
    figure('CLI line → partial text at an SSE client', 'ms', passing, { goal: 10, at: 0.99 }),
  ]
}
