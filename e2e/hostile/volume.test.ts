// Trials 12, 15 and 17: a line of 100 MB, a record of a million events, and clients that never read while 26 MB are written.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDatabase } from '../../db/database.ts'
import { createEventsTable } from '../../db/events.ts'
import { isTerminal } from '../../lib/event-checks.ts'
import type { StreamEvent } from '../../lib/events.ts'
import { ROOT, startTestConsole, type TestConsole, until } from '../support/console.ts'
import { sized } from '../support/size.ts'
import { expectSeenInRecord, watch } from '../support/trials.ts'

const STALLED = 5
const MIB = 1024 ** 2
/** What holds only where nothing else runs on this machine. */
const STALL_MS = sized(Number.POSITIVE_INFINITY, 200)
/** Half a minute; that they are dropped at all `dropWhenStalled()` shows by itself. */
const WAITS_FOR_DROP = sized(false, true)
const MANY_EVENTS = sized([] as const, [1_000_000] as const)

describe('a flood of events', () => {
  let test: TestConsole
  const fakes = join(ROOT, 'e2e', 'fakes')
  const home = mkdtempSync(join(tmpdir(), 'breakglass-volume-'))
  const loop = join(home, 'loop.json')
  beforeAll(async () => {
    const preload = pathToFileURL(join(fakes, 'loop.mjs'))
    preload.searchParams.set('file', loop)
    const env = { BREAKGLASS_CLAUDE: join(fakes, 'claude.cjs'), NODE_OPTIONS: `--import ${preload}` }
    test = await startTestConsole({ config: 'limits: { warm_processes: 0 }\n', env })
  })
  afterAll(async () => {
    await test.close()
    rmSync(home, { recursive: true })
  })

  it('keeps others whole and does not grow for who does not read, and drops those after half a minute', async () => {
    const { id } = await test.openSession('floods')
    const stalled = Array.from({ length: STALLED }, () => stall(id))
    const watcher = watch(test, id)
    const connection = watcher.connect()
    await until(() => watcher.seen.some(({ kind }) => kind === 'caught-up'))
    const before = residentBytes()
    const { turn_id } = await test.prompt(id, 'Go')
    const isEnd = (event: StreamEvent) => 'turn_id' in event && event.turn_id === turn_id && isTerminal(event)
    await until(() => watcher.seen.some(isEnd), 60_000)
    expect(residentBytes() - before).toBeLessThan(150 * MIB)
    const end = watcher.seen.find(isEnd)
    expect(end).toMatchObject({ outcome: 'success' })
    const record = await test.events(id)
    expectSeenInRecord(watcher.seen, record)

    const taken = new Set(stalled.map((socket) => socket.localPort))
    expect(openPorts().filter((port) => taken.has(port))).toHaveLength(STALLED)
    if (WAITS_FOR_DROP) await until(() => !openPorts().some((port) => taken.has(port)), 60_000)
    const again = watch(test, id)
    const second = again.connect()
    await until(() => again.seen.some(({ seq }) => seq === end?.seq), 90_000)
    expectSeenInRecord(again.seen, record)
    for (const each of [watcher, again]) each.disconnect()
    await Promise.all([connection, second])
  }, 240_000)

  it('answers and stays small while the CLI writes a line of 100 MB, and keeps the whole', async () => {
    const { id } = await test.openSession('huge-line')
    const before = residentBytes()
    let largest = 0
    rmSync(loop, { force: true })
    const { turn_id } = await test.prompt(id, 'Go')
    const end = await test.waitFor(id, (event) => {
      largest = Math.max(largest, residentBytes())
      return event.turn_id === turn_id && isTerminal(event)
    })
    expect(end).toMatchObject({ outcome: 'success' })
    expect(largest - before).toBeLessThan(150 * MIB)
    const { p99 } = JSON.parse(readFileSync(loop, 'utf8')) as { p99: number }
    expect(p99).toBeLessThan(STALL_MS)
    const kept = join(test.data, 'sessions', id)
    const files = readdirSync(kept, { recursive: true, encoding: 'utf8' })
    const sizes = files.map((path) => statSync(join(kept, path)).size)
    expect(Math.max(...sizes)).toBeGreaterThan(100_000_000)
    const sha256 = expect.stringMatching(/^[0-9a-f]{64}$/)
    expect(await test.events(id)).toContainEqual(
      expect.objectContaining({ kind: 'raw', truncated: true, sha256 }),
    )
  })

  it.each(MANY_EVENTS)('reads and verifies a record of %i events as it does a small one', async (count) => {
    const { id } = await test.openSession('plain')
    await test.kill('SIGTERM')
    const database = openDatabase(join(test.data, 'breakglass.db'))
    const events = createEventsTable(database)
    const batch = Array.from({ length: 1_000 }, (_, line) => {
      return { kind: 'text' as const, text: `Line ${line} of a long night`, message_id: 'msg_1' }
    })
    const append = database.transaction(() => events.append(id, null, batch, Date.now(), performance.now()))
    for (let written = 0; written < count; written += batch.length) append.immediate()
    database.close()
    await test.start()

    const timed = async (path: string, times = 5) => {
      const each: number[] = []
      for (let time = 0; time < times; time++) {
        const begun = performance.now()
        expect((await test.request('GET', path)).status).toBe(200)
        each.push(performance.now() - begun)
      }
      return Math.min(...each)
    }
    for (const after of [0, count / 2, count - 200])
      expect(await timed(`/api/sessions/${id}/events?after=${after}&limit=200`)).toBeLessThan(50)
    expect(await timed('/api/sessions')).toBeLessThan(100)
    expect(residentBytes()).toBeLessThan(300 * MIB)
    const begun = performance.now()
    expect(await test.command(['verify', '--session', id])).toMatchObject({ exitCode: 0 })
    expect(performance.now() - begun).toBeLessThan(10_000)
  })

  function stall(id: string): Socket {
    const socket = connect(test.port, '127.0.0.1')
    socket.pause()
    socket.on('error', () => undefined)
    const head = [`GET /api/sessions/${id}/events HTTP/1.1`, `Host: 127.0.0.1:${test.port}`]
    head.push('Accept: text/event-stream', `Authorization: Bearer ${test.token}`, '', '')
    socket.write(head.join('\r\n'))
    return socket
  }

  /** Ports of the clients whose connections the console has not ended: a client that reads nothing does not notice. */
  function openPorts(): number[] {
    const port = (address = '') => Number.parseInt(address.split(':')[1] ?? '', 16)
    const rows = readFileSync('/proc/net/tcp', 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
    const established = rows.filter(([, local, , state]) => port(local) === test.port && state === '01')
    return established.map(([, , remote]) => port(remote))
  }

  function residentBytes(): number {
    return Number(readFileSync(`/proc/${test.process().pid}/statm`, 'utf8').split(' ')[1]) * 4096
  }
})
