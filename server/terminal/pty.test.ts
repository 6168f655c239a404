import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { findFamily } from '../claude/process-table.ts'
import { INPUT_PENDING_BYTES, OUTPUT_PENDING_BYTES, type PtyLaunch, startPty } from './pty.ts'

const size = { cols: 80, rows: 24 }
const shell = (script: string): PtyLaunch => ({
  file: '/bin/sh',
  args: ['-c', script],
  cwd: '/',
  env: { PATH: '/usr/bin:/bin', LANG: 'C.UTF-8' },
})

/** Starts a script and keeps what it writes. */
async function start(script: string, options: { acknowledge?: boolean } = {}) {
  const id = randomUUID()
  const chunks: Uint8Array[] = []
  const pty = await startPty(id, shell(script), size, (bytes) => {
    chunks.push(bytes)
    if (options.acknowledge !== false) queueMicrotask(() => pty.acknowledge(bytes.length))
  })
  const bytes = () => chunks.reduce((sum, chunk) => sum + chunk.length, 0)
  return { id, pty, bytes, text: () => Buffer.concat(chunks).toString() }
}

describe('startPty()', () => {
  test('gives the program an environment from nothing and its size', async () => {
    const { id, pty, text } = await start('env; stty size; sleep 0.1')
    expect(await pty.exited).toEqual({ code: 0, signal: null })
    const lines = text().split('\r\n').filter(Boolean).sort()
    expect(lines).toEqual(
      ['24 80', `BREAKGLASS_PROCESS_ID=${id}`, 'COLORTERM=truecolor', 'LANG=C.UTF-8']
        .concat(['PATH=/usr/bin:/bin', 'PWD=/', 'TERM=xterm-256color'])
        .sort(),
    )
  })

  test('refuses absurd sizes when it starts and when it resizes', async () => {
    for (const [cols, rows] of [
      [1, 24],
      [501, 24],
      [80, 1],
      [80, 301],
      [80.5, 24],
      [Number.NaN, 24],
      [-1, -1],
    ]) {
      const wanted = { cols: cols as number, rows: rows as number }
      await expect(startPty(randomUUID(), shell('true'), wanted, () => {})).rejects.toThrow(RangeError)
    }
    const { pty } = await start('sleep 60')
    expect(() => pty.resize({ cols: 100_000, rows: 24 })).toThrow('use 2 to 500 columns and 2 to 300 rows')
    await pty.end({ graceMs: 0 })
  })

  test('makes a program wait whose output nobody takes care of, and lets it go on', async () => {
    const { pty, bytes } = await start('yes', { acknowledge: false })
    await expect.poll(bytes).toBeGreaterThan(OUTPUT_PENDING_BYTES)
    await sleep(200)
    const stopped = bytes()
    expect(stopped).toBeLessThan(OUTPUT_PENDING_BYTES + 64 * 1024)
    await sleep(200)
    expect(bytes()).toBe(stopped)
    pty.acknowledge(stopped)
    await expect.poll(bytes).toBeGreaterThan(stopped)
    await pty.end({ graceMs: 0 })
  })

  test('takes no more input than its bound when a program does not read', async () => {
    const { pty } = await start('stty raw -echo; echo ready; sleep 60')
    await sleep(300)
    const block = 'x'.repeat(16 * 1024)
    let taken = 0
    while (pty.write(block) && taken < 1024 * 1024) taken += block.length
    expect(taken).toBeLessThanOrEqual(INPUT_PENDING_BYTES + 16 * 1024)
    await pty.end({ graceMs: 0 })
  })

  test('delivers input in order', async () => {
    const { pty, text } = await start('stty raw -echo; echo ready; head -c 30000; echo; echo done')
    await expect.poll(text).toContain('ready')
    const sent = Array.from({ length: 6000 }, (_, n) => String(10_000 + (n % 90_000))).join('')
    for (let at = 0; at < sent.length; at += 700) expect(pty.write(sent.slice(at, at + 700))).toBe(true)
    await expect.poll(text).toContain('done')
    expect(text()).toContain(sent)
    await pty.end({ graceMs: 0 })
  })

  test('delivers all that a program writes before it ends', async () => {
    const whole = Array.from({ length: 20_000 }, (_, n) => `${n + 1}\r\n`).join('')
    await Promise.all(
      Array.from({ length: 12 }, async () => {
        const { pty, text } = await start('seq 1 20000')
        await pty.exited
        expect(text() === whole).toBe(true)
      }),
    )
  })

  test('ends everything that was started in it', async () => {
    const { id, pty, text } = await start(
      'sleep 1001 & nohup sleep 1002 >/dev/null 2>&1 & (setsid sleep 1003 &) ; trap "" HUP TERM; echo ready; while :; do sleep 1004; done',
    )
    await expect.poll(text).toContain('ready')
    await expect.poll(async () => (await findFamily(pty.identity, id)).length).toBeGreaterThanOrEqual(5)
    expect(await pty.end({ graceMs: 100 })).toEqual([])
    expect(await findFamily(pty.identity, id)).toEqual([])
    expect((await pty.exited).code).toBeNull()
  })

  test('says which program could not be started where', async () => {
    const launch = { ...shell('true'), cwd: '/nonexistent' }
    const outcome = await startPty(randomUUID(), launch, size, () => {}).then(
      async (pty) => (await pty.exited).code,
      (error: Error) => error.message,
    )
    expect(outcome).not.toBe(0)
  })
})
