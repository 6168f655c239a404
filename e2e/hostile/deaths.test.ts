// Trials 1, 2 and 9: the console dies again and again while a CLI writes, dies for half of what it writes, and syncs before it tells.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createEventsTable } from '../../db/events.ts'
import { isTerminal } from '../../lib/event-checks.ts'
import type { StreamEvent } from '../../lib/events.ts'
import { runProcess, startProcess } from '../../server/child-process.ts'
import { readEnvironment } from '../../server/environment.ts'
import { ROOT, startTestConsole, type TestConsole, until } from '../support/console.ts'
import { sized } from '../support/size.ts'
import { expectSeenInRecord, expectWholeTurn, livingRows, watch, withDatabase } from '../support/trials.ts'

const DEATHS = sized(2, 100)
const LINES = sized(500, 10_000)
const PER_SECOND = 200
/** How soon a turn is taken up again; only told where nothing else runs on this machine. */
const ADOPTED_MS = sized(30_000, 5_000)
const ENDLESS = 10_000_000

const env = { PATH: readEnvironment().inherited.PATH ?? '' }
const strace = await runProcess('strace', ['-o', '/dev/null', 'true'], { env })
const noStrace = strace.exitCode === 0 ? null : strace.stderr.trim()

describe('a CLI that writes on', () => {
  let test: TestConsole
  beforeAll(async () => {
    const env = { BREAKGLASS_CLAUDE: join(ROOT, 'e2e', 'fakes', 'claude.cjs') }
    test = await startTestConsole({ warm: false, env })
  })
  afterAll(() => test.close())

  const textsOf = (events: readonly StreamEvent[]) =>
    events.flatMap((event) => (event.kind === 'text' && 'seq' in event ? [Number(event.text)] : []))
  const countTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1)
  const wholeRecord = (id: string) =>
    withDatabase(test, (database) => createEventsTable(database).after(id, 0, ENDLESS))

  it(`is followed over ${DEATHS} deaths of the console, ${PER_SECOND} events a second, without a gap`, async () => {
    const { id, workspace } = await test.openSession('counts')
    const watcher = watch(test, id)
    let connection = watcher.connect()
    const { turn_id } = await test.prompt(id, `${ENDLESS} ${PER_SECOND}`)
    const goesOn = (ms: number) => {
      const last = textsOf(watcher.seen).at(-1) ?? 0
      return until(() => (textsOf(watcher.seen.slice(-PER_SECOND)).at(-1) ?? 0) > last, ms)
    }
    await goesOn(30_000)
    for (let death = 0; death < DEATHS; death++) {
      await sleep(Math.random() * 1_000)
      await test.kill()
      await connection
      await test.start()
      connection = watcher.connect()
      await goesOn(ADOPTED_MS)
    }
    writeFileSync(join(workspace, 'enough'), '')
    await until(() => watcher.seen.some((event) => 'seq' in event && isTerminal(event)), 60_000)
    watcher.disconnect()
    await connection
    const record = wholeRecord(id)
    expect(expectWholeTurn(record, turn_id)).toMatchObject({ outcome: 'success' })
    expectSeenInRecord(watcher.seen, record)
    const texts = textsOf(record)
    expect(texts).toEqual(countTo(texts.length))
    expect(await test.command(['verify', '--session', id])).toMatchObject({ exitCode: 0 })
  })

  it(`has all of its ${LINES} lines recorded once, half of them written while no console ran`, async () => {
    const { id } = await test.openSession('counts')
    const watcher = watch(test, id)
    const connection = watcher.connect()
    const { turn_id } = await test.prompt(id, `${LINES} ${LINES / 5}`)
    await until(() => textsOf(watcher.seen).length >= LINES * 0.3)
    const [process] = livingRows(test, id)
    await test.kill()
    await connection
    const written = () => readFileSync(join(process?.directory ?? '', 'stdout'), 'utf8').split('\n').length
    await until(() => written() >= LINES * 0.8)
    await test.start()
    const again = watch(test, id)
    const second = again.connect()
    await until(() => again.seen.some((event) => 'seq' in event && isTerminal(event)), 60_000)
    again.disconnect()
    await second
    const record = wholeRecord(id)
    expect(expectWholeTurn(record, turn_id)).toMatchObject({ outcome: 'success' })
    expect(textsOf(record)).toEqual(countTo(LINES))
    expectSeenInRecord(again.seen, record)
  })

  it.skipIf(noStrace !== null)(
    `is on disk before it is told, as strace sees it${noStrace ? ` (not shown here: ${noStrace})` : ''}`,
    async () => {
      const { id } = await test.openSession('plain')
      const watcher = watch(test, id)
      const connection = watcher.connect()
      await until(() => watcher.seen.some(({ kind }) => kind === 'caught-up'))
      const file = join(test.data, '..', 'strace')
      const calls = 'trace=pwrite64,fsync,fdatasync,write,writev,sendto'
      const pid = String(test.process().pid)
      const tracer = startProcess('strace', ['-f', '-y', '-s', '9000', '-e', calls, '-o', file, '-p', pid], {
        env,
        stdio: ['ignore', 'ignore', 'pipe'],
      })
      let told = ''
      tracer.stderr?.on('data', (chunk: Buffer) => {
        told += chunk.toString()
      })
      await until(() => told.includes('attached'))
      const marker = 'Follow this on its way to the disk'
      await test.prompt(id, marker)
      await until(() => watcher.seen.some((event) => event.kind === 'prompt'))
      const ended = new Promise((resolve) => tracer.once('exit', resolve))
      tracer.kill('SIGINT')
      await ended
      watcher.disconnect()
      await connection

      const lines = readFileSync(file, 'utf8').split('\n')
      const logged = lines.findIndex((line) => /pwrite64\(\d+<[^>]*-wal>/.test(line) && line.includes(marker))
      const synced = lines.findIndex(
        (line, index) => index > logged && /(fdatasync|fsync)\(\d+<[^>]*-wal>/.test(line),
      )
      const sent = lines.findIndex(
        (line) => /(write|writev|sendto)\(\d+<socket:/.test(line) && line.includes(marker),
      )
      expect(logged).toBeGreaterThan(-1)
      expect(synced).toBeGreaterThan(logged)
      expect(sent).toBeGreaterThan(synced)
    },
  )
})
