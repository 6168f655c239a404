import { randomUUID } from 'node:crypto'
import headless from '@xterm/headless'
import { afterEach, describe, expect, test } from 'vitest'
import type { TerminalFrame } from '../../lib/terminal-api.ts'
import { createHistory, HISTORY_BYTES } from './history.ts'
import { type From, startTerminal, type Terminal } from './terminal.ts'

const size = { cols: 80, rows: 24 }
const running: Terminal[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((each) => each.end({ graceMs: 0 })))
})

async function start(script: string) {
  const launch = {
    file: '/bin/sh',
    args: ['-c', script],
    cwd: '/',
    env: { PATH: '/usr/bin:/bin', LANG: 'C.UTF-8' },
  }
  const terminal = await startTerminal(randomUUID(), launch, size, null)
  running.push(terminal)
  return terminal
}

/** Watches with a screen of its own; `room` is what it lets be sent. */
function watch(terminal: Terminal, from: From) {
  const screen = new headless.Terminal({ ...size, scrollback: 5000, allowProposedApi: true })
  const frames: TerminalFrame[] = []
  const state = { room: true, offset: 0, snapshots: 0, largest: 0 }
  const source = terminal.follow(
    {
      hasRoom: () => state.room,
      send(frame, offset) {
        frames.push(frame)
        state.offset = offset
        if ('snapshot' in frame) {
          state.snapshots += 1
          screen.reset()
        }
        const text = 'snapshot' in frame ? frame.snapshot : 'data' in frame ? frame.data : ''
        state.largest = Math.max(state.largest, text.length)
        screen.write(Buffer.from(text, 'base64'))
      },
    },
    from,
    () => null,
  )
  source.pump()
  const lines = async () => {
    await new Promise<void>((resolve) => screen.write('', resolve))
    const { active } = screen.buffer
    return Array.from({ length: 24 }, (_, row) => active.getLine(active.baseY + row)?.translateToString(true))
  }
  return { frames, state, lines, pump: source.pump, close: source.close }
}

describe('follow()', () => {
  test('gives somebody who lags behind a new snapshot when there is room again, and nothing in between', async () => {
    const terminal = await start('seq 1 400000; echo end; sleep 60')
    const slow = watch(terminal, 'snapshot')
    const quick = watch(terminal, 'snapshot')
    slow.state.room = false
    const before = slow.frames.length
    await expect.poll(() => terminal.screen.lines().includes('end'), { timeout: 50_000 }).toBe(true)
    expect(slow.frames.length).toBe(before)
    slow.state.room = true
    slow.pump()
    const end = terminal.snapshot().offset
    await expect.poll(() => [slow.state.offset, quick.state.offset]).toEqual([end, end])
    expect(slow.state.snapshots).toBe(2)
    expect(await slow.lines()).toEqual(terminal.screen.lines())
    expect(await quick.lines()).toEqual(terminal.screen.lines())
    expect(quick.state.largest).toBeLessThan(1024 * 1024)
  })

  test('goes on at any byte that is still held, and begins anew elsewhere', async () => {
    const terminal = await start('printf "one\\ntwo\\n日本"; sleep 60')
    await expect.poll(() => terminal.screen.lines()[2]).toBe('日本')
    const whole = Buffer.from('one\r\ntwo\r\n日本')
    for (const offset of [0, 3, 11, whole.length]) {
      const reader = watch(terminal, offset)
      const data = reader.frames.flatMap((frame) =>
        'data' in frame ? [Buffer.from(frame.data, 'base64')] : [],
      )
      expect(Buffer.concat(data).toString('hex')).toBe(whole.subarray(offset).toString('hex'))
      expect(reader.frames[0]).toMatchObject({ attached: true, cols: 80 })
    }
    const beyond = watch(terminal, 1_000_000)
    expect(beyond.state).toMatchObject({ snapshots: 1, offset: whole.length })
  })
})

describe('startTerminal()', () => {
  test('answers a program its question once, however many watch', async () => {
    const terminal = await start(
      'stty raw -echo; printf "\\033[6n\\033[21t\\033P\\$qm\\033\\\\"; dd bs=1 count=6 2>/dev/null | od -An -c; sleep 60',
    )
    for (let n = 0; n < 3; n += 1) watch(terminal, 'snapshot')
    await expect
      .poll(() => terminal.screen.lines().join(' '))
      .toContain('033 [ 1 ; 1 R'.replaceAll(' ', '   '))
  })
})

describe('createHistory()', () => {
  test('holds no more than its cap, and says what it has lost', () => {
    const history = createHistory()
    for (let n = 0; n < 10 * HISTORY_BYTES; n += 4096) history.addBytes(new Uint8Array(4096))
    expect(history.find(0)).toBeNull()
    expect(history.find(history.offset() - 3 * HISTORY_BYTES)).toBeNull()
    expect(history.find(history.offset() - HISTORY_BYTES / 2)).not.toBeNull()
    expect(history.find(history.offset())).toBe(history.next())
    expect(history.find(history.offset() + 1)).toBeNull()
    expect(history.read(0, 0)).toBe('lost')
  })
})
