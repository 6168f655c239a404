// What each way of running the CLI adds to the model's own time, from the prompt to the terminal event.
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isTerminal } from '../../lib/event-checks.ts'
import { startScriptedModel } from '../../server/drill/scripted-model.ts'
import { BUILT_DRIVERS } from '../../server/drivers/drivers.ts'
import { ROOT, type TestConsole } from '../support/console.ts'
import { ask, type GatewayFixture, said, startGatewayFixture } from '../support/gateway.ts'
import { type Figure, figure, ratios } from './figure.ts'
import { type RawCli, startRawCli } from './raw-cli.ts'
import { type Stopwatch, startStopwatch } from './stopwatch.ts'
import { now, subscribe } from './subscriber.ts'

/** In milliseconds over the model's own time. */
const GOALS = { print: 80, stream: 20, tui: 250 } as const
const POOL_HIT_GOAL = 300
const SCENARIO = 'slow-text'
/** As an operator reads: what is started ahead stands ready meanwhile. */
const READ_THE_ANSWER_MS = 2_500

/** @param rounds of all drivers, one after the other */
export async function measureDrivers(rounds: number): Promise<Figure[]> {
  const model = await startScriptedModel({ scenarios: join(ROOT, 'e2e', 'scenarios') })
  const stopwatch = await startStopwatch(model.url)
  const gateway = await startGatewayFixture(['pool_size: 2'], { ANTHROPIC_BASE_URL: stopwatch.url })
  const test = gateway.console
  const over = new Map<string, number[]>()
  const raw = startRawCli(stopwatch.url, SCENARIO, ['--input-format', 'stream-json'])
  const alone: number[] = []
  const pool = { fresh: [] as number[], hit: [] as number[], over: [] as number[] }
  try {
    await overheadOfRaw(raw, stopwatch)
    const sessions = []
    for (const driver of BUILT_DRIVERS) {
      const { id } = await test.openSession(SCENARIO, { driver })
      await overhead(test, id, stopwatch)
      sessions.push({ driver, id })
    }
    for (let round = 0; round < rounds; round++) {
      for (const { driver, id } of sessions) {
        await sleep(READ_THE_ANSWER_MS)
        over.set(driver, [...(over.get(driver) ?? []), await overhead(test, id, stopwatch)])
      }
      await sleep(READ_THE_ANSWER_MS)
      alone.push(await overheadOfRaw(raw, stopwatch))
      const answered = await askPool(gateway, stopwatch, `Round ${round}`)
      pool.fresh.push(answered.fresh)
      pool.hit.push(answered.hit)
      pool.over.push(answered.over)
    }
  } finally {
    await Promise.all([gateway.close(), raw.close()])
    await Promise.all([stopwatch.close(), model.close()])
  }
  return [
    ...BUILT_DRIVERS.map((driver) =>
      figure(`over the model’s own time, ${driver}`, 'ms', over.get(driver) ?? [], { goal: GOALS[driver] }),
    ),
    figure('over the model’s own time, the raw CLI kept running', 'ms', alone),
    figure('stream ÷ the raw CLI kept running', '×', ratios(over.get('stream') ?? [], alone)),
    figure('over the model’s own time, pool hit', 'ms', pool.over, { goal: POOL_HIT_GOAL }),
    figure('gateway: a pool hit ÷ a fresh spawn', '×', ratios(pool.hit, pool.fresh)),
  ]
}

/** One turn: how much longer it took than the model did. */
async function overhead(test: TestConsole, sessionId: string, stopwatch: Stopwatch): Promise<number> {
  const subscriber = await subscribe(test, sessionId)
  try {
    const end = subscriber.next(isTerminal)
    const begun = now()
    await test.prompt(sessionId, 'How is the host?')
    const { at } = await end
    return at - begun - stopwatch.lap()
  } finally {
    subscriber.close()
  }
}

/** The same without a console: one process, a prompt on its stdin, its result on its stdout. */
async function overheadOfRaw(raw: RawCli, stopwatch: Stopwatch): Promise<number> {
  const end = raw.says('"type":"result"')
  const begun = now()
  const message = { type: 'user', message: { role: 'user', content: 'How is the host?' } }
  raw.child.stdin?.write(`${JSON.stringify(message)}\n`)
  return (await end) - begun - stopwatch.lap()
}

/** A conversation of two requests: the first starts a TUI, the second finds it. */
async function askPool({ ask: send }: GatewayFixture, stopwatch: Stopwatch, words: string) {
  const opening = ask(SCENARIO, words)
  const begun = now()
  const { message } = await send(opening)
  const fresh = now() - begun
  stopwatch.lap()
  const continued = {
    ...opening,
    messages: [...opening.messages, said(message), ...ask('', 'And now?').messages],
  }
  const continuedAt = now()
  const { pool } = await send(continued)
  const hit = now() - continuedAt
  if (pool !== 'hit') throw new Error(`The pool answered with "${pool}" instead of a hit`)
  return { fresh, hit, over: hit - stopwatch.lap() }
}
