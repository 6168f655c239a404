// Trials 12 and 17: a line of 100 MB, and clients that never read while 26 MB are written.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isTerminal } from '../../lib/event-checks.ts'
import type { StreamEvent } from '../../lib/events.ts'
import { ROOT, startTestConsole, type TestConsole, until } from '../support/console.ts'
import { expectSeenInRecord, watch } from '../support/trials.ts'

const STALLED = 5
const MIB = 1024 ** 2

describe('a flood of events', () => {
  let test: TestConsole
  beforeAll(async () => {
    const env = { BREAKGLASS_CLAUDE: join(ROOT, 'e2e', 'fakes', 'claude.cjs') }
    test = await startTestConsole({ config: 'limits: { warm_processes: 0 }\n', env })
  })
  afterAll(() => test.close())

  it('drops who does not read after half a minute, keeps others whole, and does not grow', async () => {
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
    await until(() => !openPorts().some((port) => taken.has(port)), 60_000)
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
    const { turn_id } = await test.prompt(id, 'Go')
    const end = await test.waitFor(id, (event) => {
      largest = Math.max(largest, residentBytes())
      return event.turn_id === turn_id && isTerminal(event)
    })
    expect(end).toMatchObject({ outcome: 'success' })
    expect(largest - before).toBeLessThan(150 * MIB)
    const kept = join(test.data, 'sessions', id)
    const files = readdirSync(kept, { recursive: true, encoding: 'utf8' })
    const sizes = files.map((path) => statSync(join(kept, path)).size)
    expect(Math.max(...sizes)).toBeGreaterThan(100_000_000)
    const sha256 = expect.stringMatching(/^[0-9a-f]{64}$/)
    expect(await test.events(id)).toContainEqual(
      expect.objectContaining({ kind: 'raw', truncated: true, sha256 }),
    )
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
