// From the prompt to its first text: through the console, beside the raw CLI spawned for the same prompt.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isTerminal } from '../../lib/event-checks.ts'
import { startProcess } from '../../server/child-process.ts'
import { startScriptedModel } from '../../server/drill/scripted-model.ts'
import { readEnvironment } from '../../server/environment.ts'
import { ROOT, startTestConsole, type TestConsole } from '../support/console.ts'
import { type Figure, figure, ratios } from './figure.ts'
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
  const home = mkdtempSync(join(tmpdir(), 'breakglass-bench-'))
  const flags = ['--output-format', 'stream-json', '--verbose', '--include-partial-messages']
  const begun = now()
  const child = startProcess(
    join(ROOT, 'node_modules', '.bin', 'claude'),
    ['-p', PROMPT, ...flags, '--model', 'drill-plain-text', '--setting-sources', ''],
    {
      cwd: home,
      env: {
        PATH: readEnvironment().inherited.PATH ?? '',
        HOME: home,
        CLAUDE_CONFIG_DIR: join(home, 'config'),
        ANTHROPIC_BASE_URL: modelUrl,
        ANTHROPIC_API_KEY: 'sk-ant-bench-dummy-key',
        DISABLE_AUTOUPDATER: '1',
        DISABLE_TELEMETRY: '1',
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  try {
    return await new Promise<number>((resolve, reject) => {
      let output = ''
      let first: number | null = null
      child.stdout?.on('data', (chunk: Buffer) => {
        output += chunk
        if (first === null && output.includes('"text_delta"')) first = now() - begun
      })
      child.once('error', reject)
      child.once('close', (code) => {
        if (first === null)
          reject(new Error(`The raw CLI gave no text (exit code ${code}): ${output.slice(-500)}`))
        else resolve(first)
      })
    })
  } finally {
    rmSync(home, { recursive: true, force: true, maxRetries: 5 })
  }
}
