// What the server itself takes: time to its first page, memory when nothing happens.
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startProcess } from '../../server/child-process.ts'
import { readEnvironment } from '../../server/environment.ts'
import { ROOT, startTestConsole } from '../support/console.ts'
import { type Figure, figure } from './figure.ts'
import { residentMegabytes } from './memory.ts'
import { now } from './subscriber.ts'

const IDLE_MS = 10_000

/** @param rounds of starts on the same data directory */
export async function measureServer(rounds: number): Promise<Figure[]> {
  const test = await startTestConsole()
  const starts: number[] = []
  try {
    await test.kill('SIGTERM')
    for (let round = 0; round < rounds; round++) starts.push(await startToPage(test.port, test.data))
    await test.start()
    await (await fetch(`${test.url}/login`)).text()
    await sleep(IDLE_MS)
    const memory = residentMegabytes(test.process().pid ?? 0)
    return [
      figure('server start → first page', 'ms', starts, { goal: 1000 }),
      figure('resident memory of the idle server', 'MB', memory === null ? [] : [memory], { goal: 150 }),
    ]
  } finally {
    await test.close()
  }
}

async function startToPage(port: number, data: string): Promise<number> {
  const begun = now()
  const child = startProcess(process.execPath, [join(ROOT, 'server', 'launch.mjs'), 'start'], {
    env: {
      PATH: readEnvironment().inherited.PATH ?? '',
      HOME: data,
      BREAKGLASS_PORT: String(port),
      BREAKGLASS_DATA_DIR: data,
    },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const exited = new Promise((resolve) => child.once('exit', resolve))
  try {
    await new Promise<void>((resolve, reject) => {
      child.stdout?.on('data', (chunk: Buffer) => {
        if (chunk.includes('Breakglass is open on')) resolve()
      })
      child.once('exit', (code) => reject(new Error(`The console ended with ${code}`)))
    })
    const response = await fetch(`http://127.0.0.1:${port}/login`)
    await response.text()
    if (response.status !== 200) throw new Error(`The first page gave ${response.status}`)
    return now() - begun
  } finally {
    child.kill('SIGTERM')
    await exited
  }
}
