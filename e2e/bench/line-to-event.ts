// From a line that the CLI has written to the event at an SSE client.
import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { isTerminal } from '../../lib/event-checks.ts'
import { startProcess } from '../../server/child-process.ts'
import { readEnvironment } from '../../server/environment.ts'
import { ROOT, startTestConsole } from '../support/console.ts'
import { type Figure, figure } from './figure.ts'
import { now, subscribe } from './subscriber.ts'

const CLAUDE = join(ROOT, 'e2e', 'bench', 'stamping-claude.mjs')
/** What a process does in its first moments is not what a viewer waits for all day. */
const WARM_UP_LINES = 20
const SYNCED_LINES = 200

/** @param turns of 500 lines each */
export async function measureLineToEvent(turns: number): Promise<Figure[]> {
  const test = await startTestConsole({
    env: { BREAKGLASS_CLAUDE: CLAUDE },
  })
  const recorded: number[] = []
  const passing: number[] = []
  const piped: number[] = []
  const synced: number[] = []
  try {
    const { id } = await test.openSession('plain-text')
    for (let turn = 0; turn < turns; turn++) {
      piped.push(...(await readPipe()))
      synced.push(...(await syncLines(join(test.data, 'bench'))))
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
    figure('the same line → a reader of the raw CLI’s pipe', 'ms', piped),
    figure('the same line → a reader of the raw CLI’s pipe', 'ms', piped, { at: 0.99 }),
    figure('a line written and synced to this disk', 'ms', synced),
    figure('a line written and synced to this disk', 'ms', synced, { at: 0.99 }),
  ]
}

/** What the disk takes at this moment: a recorded event is on it before anybody sees it. */
async function syncLines(path: string): Promise<number[]> {
  const file = openSync(path, 'a')
  const times: number[] = []
  try {
    for (let line = 0; line < SYNCED_LINES; line++) {
      const begun = now()
      writeSync(file, `${'x'.repeat(400)}\n`)
      fdatasyncSync(file)
      times.push(now() - begun)
      await sleep(8)
    }
  } finally {
    closeSync(file)
  }
  return times
}

/** What the machine itself takes at this moment: the same program, with a pipe and nothing else between. */
async function readPipe(): Promise<number[]> {
  const child = startProcess(CLAUDE, ['--session-id', 'raw'], {
    env: { PATH: readEnvironment().inherited.PATH ?? '' },
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  child.stdin?.end(`${JSON.stringify({ type: 'user' })}\n`)
  const times: number[] = []
  if (!child.stdout) throw new Error('The raw CLI has no pipe')
  for await (const line of createInterface({ input: child.stdout })) {
    const time = /"text":"(\d+\.\d+)(?:\\n)?"/.exec(line)?.[1]
    if (time) times.push(now() - Number(time))
  }
  return times.slice(WARM_UP_LINES)
}
