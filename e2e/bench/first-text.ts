// From the prompt to its first text: through the console, beside the raw CLI spawned for the same prompt.
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isTerminal } from '../../lib/event-checks.ts'
import { startScriptedModel } from '../../server/drill/scripted-model.ts'
import { ROOT, startTestConsole, type TestConsole } from '../support/console.ts'
import { type Figure, figure, ratios } from './figure.ts'
import { startRawCli } from './raw-cli.ts'
import { now, subscribe } from './subscriber.ts'

const PROMPT = 'How is the host?'
/** Time for the next process to be started ahead: a prompt that comes sooner meets a colder one. */
const READ_THE_ANSWER_MS = 2_500

/** @param rounds of raw, cold and warm, one after the other */
export async function measureFirstText(rounds: number): Promise<Figure[]> {
  const model = await startScriptedModel({ scenarios: join(ROOT, 'e2e', 'scenarios') })
  const cold = await startTestConsole({ config: 'limits:\n  warm_processes: 0\n' })
  const warm = await startTestConsole()
  const times = { raw: [] as number[], cold: [] as number[], warm: [] as number[], dripped: [] as number[] }
  try {
    const kept = await openWarm(warm, 'plain-text')
    const dripped = await openWarm(warm, 'slow-text')
    for (let round = 0; round < rounds; round++) {
      times.raw.push(await rawCli(model.url))
      const { id } = await cold.openSession('plain-text')
      times.cold.push(await throughConsole(cold, id))
      times.warm.push(await throughConsole(warm, kept))
      times.dripped.push(await throughConsole(warm, dripped))
      await sleep(READ_THE_ANSWER_MS)
    }
  } finally {
    await Promise.all([cold.close(), warm.close(), model.close()])
  }
  return [
    figure('prompt → first text, warm ÷ raw CLI', '×', ratios(times.warm, times.raw), { goal: 0.2 }),
    figure('prompt → first text, cold ÷ raw CLI', '×', ratios(times.cold, times.raw), { goal: 1.1 }),
    figure('prompt → first text, raw CLI', 'ms', times.raw),
    figure('prompt → first text, console cold', 'ms', times.cold),
    figure('prompt → first text, console warm', 'ms', times.warm),
    figure('reply dripped over 2 s: first text, warm', 'ms', times.dripped, { goal: 120 }),
  ]
}

/** A session that has had a turn, so that its next process stands ready. */
async function openWarm(test: TestConsole, scenario: string): Promise<string> {
  const { id } = await test.openSession(scenario)
  await throughConsole(test, id)
  await sleep(READ_THE_ANSWER_MS)
  return id
}

/** Waits for the end of the turn, too. */
async function throughConsole(test: TestConsole, sessionId: string): Promise<number> {
  const subscriber = await subscribe(test, sessionId)
  try {
    const text = subscriber.next(({ kind }) => kind === 'text')
    const end = subscriber.next(isTerminal)
    const begun = now()
    await test.prompt(sessionId, PROMPT)
    const { at } = await text
    await end
    return at - begun
  } finally {
    subscriber.close()
  }
}

async function rawCli(modelUrl: string): Promise<number> {
  const begun = now()
  const raw = startRawCli(modelUrl, 'plain-text', [PROMPT])
  raw.child.stdin?.end()
  try {
    return (await raw.says('"text_delta"')) - begun
  } finally {
    await raw.close()
  }
}
