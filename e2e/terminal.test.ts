import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import headless from '@xterm/headless'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TerminalView } from '../lib/terminal-api.ts'
import { listProcesses } from '../server/claude/process-table.ts'
import { addOperator, as } from './support/accounts.ts'
import { startTestConsole, type TestConsole, until } from './support/console.ts'
import { readTerminal, textOf } from './support/terminal.ts'

/** Processes of this host that carry a terminal's marker. */
async function familyOf(id: string): Promise<string[]> {
  const all = await listProcesses()
  return all.flatMap(({ pid, command, zombie }) => {
    try {
      return !zombie && readFileSync(`/proc/${pid}/environ`, 'latin1').includes(id) ? [command] : []
    } catch {
      return []
    }
  })
}

describe('a terminal', () => {
  let test: TestConsole
  let ben: string
  let viewer: string
  let sessionId: string
  beforeAll(async () => {
    test = await startTestConsole({ warm: false, env: { SHELL: '/bin/bash' } })
    ben = (await addOperator(test, 'ben', 'operator')).token
    viewer = (await addOperator(test, 'vera', 'viewer')).token
    sessionId = (await test.openSession()).id
  })
  afterAll(() => test.close())

  const open = async (size: Record<string, unknown> = {}) => {
    const body = { kind: 'shell', ...size }
    const { status, data } = await test.request<TerminalView>(
      'POST',
      `/api/sessions/${sessionId}/terminals`,
      body,
    )
    expect(status).toBe(201)
    return data
  }
  const type = (id: string, data: string, token = test.token) =>
    test.request<{ code: string; keyboard: string }>(
      'POST',
      `/api/terminals/${id}/input`,
      { data },
      as(token),
    )
  const end = (id: string) => test.request<TerminalView>('DELETE', `/api/terminals/${id}`)
  const control = async (action: string, id: string) =>
    (await test.events(sessionId)).filter(
      (event) => event.kind === 'control' && event.action === action && event.terminal_id === id,
    )

  it('is a shell in the workspace that a late joiner sees as it is', async () => {
    const { id, keyboard, cols, rows } = await open({ cols: 100, rows: 30 })
    expect({ keyboard, cols, rows }).toEqual({ keyboard: 'ana', cols: 100, rows: 30 })
    const first = await readTerminal(test, id)
    await type(id, 'pwd; stty size; printf "\\e[1;31mred\\e[0m 日本語 👍\\n"; seq 1 6000; echo do""ne\r')
    await first.waitFor('done', 60_000)
    await type(id, 'seq 1 300 | less\r')
    await until(() => first.screen.buffer.active.type === 'alternate')
    await type(id, ' ')
    await first.waitFor('58')
    const late = await readTerminal(test, id)
    await until(() => late.frames.length > 0 && late.offset() === first.offset())
    expect(late.frames[0]).toMatchObject({ cols: 100, rows: 30, keyboard: 'ana' })
    expect(await late.text()).toBe(await first.text())
    await type(id, 'q')
    for (const reader of [first, late]) await until(() => reader.screen.buffer.active.type === 'normal')
    await until(() => late.offset() === first.offset())
    expect(await late.text()).toBe(await first.text())
    expect(await late.text()).toContain('\n6000\n')
    const again = await readTerminal(test, id, { after: late.offset() - 10 })
    await until(() => again.offset() === late.offset())
    expect(again.frames.some((frame) => 'snapshot' in frame)).toBe(false)
    expect(again.bytes()).toBe(10)
    for (const reader of [first, late, again]) reader.close()
    await end(id)
  })

  it('refuses absurd sizes and unknown kinds, and tells resizes in order', async () => {
    for (const size of [
      { cols: 1 },
      { cols: 501 },
      { rows: 1 },
      { rows: 301 },
      { cols: 80.5 },
      { cols: '80' },
    ]) {
      const body = { kind: 'shell', ...size }
      expect((await test.request('POST', `/api/sessions/${sessionId}/terminals`, body)).status).toBe(400)
    }
    expect(
      (await test.request('POST', `/api/sessions/${sessionId}/terminals`, { kind: 'agent' })).status,
    ).toBe(400)
    const { id } = await open()
    const reader = await readTerminal(test, id)
    const size = (cols: number, rows: number, token = test.token) =>
      test.request('PUT', `/api/terminals/${id}/size`, { cols, rows }, as(token))
    expect((await size(100_000, 24)).status).toBe(400)
    expect((await size(120, 40, ben)).status).toBe(409)
    expect((await size(120, 40, viewer)).status).toBe(403)
    expect((await size(120, 40)).status).toBe(200)
    await until(() => reader.frames.some((frame) => frame.cols === 120 && frame.rows === 40))
    await type(id, 'stty size\r')
    await reader.waitFor('40 120')
    reader.close()
    await end(id)
  })

  it('has one keyboard, handed over in the open and kept in the record', async () => {
    const { id } = await open()
    const watcher = await readTerminal(test, id, { token: ben })
    expect(await type(id, 'x', viewer)).toMatchObject({ status: 403 })
    expect(await type(id, 'x', ben)).toMatchObject({
      status: 409,
      data: { code: 'keyboard_held', keyboard: 'ana' },
    })
    expect((await type(id, 'echo from-a""na\r')).status).toBe(204)
    await watcher.waitFor('from-ana')
    const keyboard = (method: string, body: unknown, token: string) =>
      test.request('PUT' === method ? 'PUT' : 'DELETE', `/api/terminals/${id}/keyboard`, body, as(token))
    expect((await keyboard('PUT', {}, ben)).status).toBe(409)
    expect((await keyboard('PUT', { from: 'carl' }, ben)).status).toBe(409)
    expect((await keyboard('PUT', { from: 'ana' }, viewer)).status).toBe(403)
    expect((await keyboard('PUT', { from: 'ana' }, ben)).status).toBe(200)
    expect((await type(id, 'x')).status).toBe(409)
    expect((await type(id, 'echo from-b""en\r', ben)).status).toBe(204)
    await watcher.waitFor('from-ben')
    expect((await keyboard('DELETE', undefined, test.token)).status).toBe(409)
    expect((await keyboard('DELETE', undefined, ben)).status).toBe(200)
    expect(await type(id, 'x', ben)).toMatchObject({ status: 409, data: { code: 'keyboard_free' } })
    await until(() => watcher.frames.some((frame) => frame.keyboard === null && !('cols' in frame)))
    expect(watcher.frames.flatMap((frame) => ('keyboard' in frame ? [frame.keyboard] : []))).toEqual([
      'ana',
      'ben',
      null,
    ])
    expect(await control('keyboard_taken', id)).toMatchObject([
      { operator: 'ana' },
      { operator: 'ben', from: 'ana' },
    ])
    expect(await control('keyboard_given_back', id)).toMatchObject([{ operator: 'ben' }])
    expect(await control('typed', id)).toMatchObject([
      { operator: 'ana', bytes: 'echo from-a""na\r'.length },
      { operator: 'ben', bytes: 'echo from-b""en\r'.length },
    ])
    watcher.close()
    await end(id)
  })

  it('tells its end, with the exit code, and says so to those who come late', async () => {
    const { id } = await open()
    const reader = await readTerminal(test, id)
    await type(id, 'exit 7\r')
    await until(reader.ended)
    expect(reader.frames.at(-1)).toEqual({ exit_code: 7, reason: null })
    const late = await readTerminal(test, id)
    await until(late.ended)
    expect(late.frames.at(-1)).toEqual({ exit_code: 7, reason: null })
    expect(await late.text()).toContain('exit 7')
    const [closed] = await control('terminal_closed', id)
    expect(closed).toMatchObject({ operator: 'ana', exit_code: 7 })
    expect(await type(id, 'x')).toMatchObject({ status: 409, data: { code: 'terminal_ended' } })
  })

  it('is recorded so that the recording gives the same screen, without what was typed', async () => {
    const { id } = await open()
    const reader = await readTerminal(test, id)
    // Bash changes the terminal's mode for a command: what is typed before that would be taken otherwise.
    await type(id, 'stty -echo; echo rea""dy; read secret; stty echo\r')
    await reader.waitFor('ready')
    await type(id, 'hunter2-not-shown\r')
    await type(id, 'printf "\\e[32mgreen\\e[0m\\n"; echo do""ne; exit 3\r')
    await until(reader.ended)
    const path = join(test.data, 'sessions', sessionId, 'terminals', `${id}.cast`)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    const get = (query: string, token: string) =>
      fetch(`${test.url}/api/terminals/${id}/recording${query}`, { headers: as(token) })
    const text = await (await get('', viewer)).text()
    expect(text).not.toContain('hunter2')
    expect((await get('?input=1', ben)).status).toBe(403)
    expect(await (await get('?input=1', test.token)).text()).toContain('hunter2')
    expect(await control('typed_read', id)).toMatchObject([{ operator: 'ana' }])
    const [header, ...events] = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as never)
    expect(header).toMatchObject({ version: 3, term: { cols: 80, rows: 24, type: 'xterm-256color' } })
    const replayed = new headless.Terminal({ cols: 80, rows: 24, allowProposedApi: true })
    for (const [seconds, code, data] of events as [number, string, string][]) {
      expect(seconds).toBeGreaterThanOrEqual(0)
      if (code === 'o') await new Promise<void>((resolve) => replayed.write(data, resolve))
    }
    expect(events.at(-1)).toMatchObject([expect.any(Number), 'x', '3'])
    expect(textOf(replayed)).toBe(await reader.text())
  })

  it('leaves nothing running after its end, its session’s end, and the death of the console', async () => {
    const leave = 'sleep 4001 & nohup sleep 4002 >/dev/null 2>&1 & (setsid sleep 4003 &); echo sta""rted\r'
    const begin = async () => {
      const { id } = await open()
      const reader = await readTerminal(test, id)
      await type(id, leave)
      await reader.waitFor('started')
      await until(
        async () => (await familyOf(id)).filter((command) => command.includes('sleep 400')).length === 3,
      )
      reader.close()
      return id
    }
    const ended = await begin()
    expect(await end(ended)).toMatchObject({ status: 200, data: { reason: 'Ended by ana' } })
    expect(await familyOf(ended)).toEqual([])

    const left = await begin()
    await type(left, 'exit\r')
    await until(async () => (await familyOf(left)).length === 0)

    const orphan = await begin()
    await test.kill('SIGKILL')
    await test.start()
    await until(async () => (await familyOf(orphan)).length === 0)
    await until(async () => (await control('terminal_closed', orphan)).length === 1)
    const { data } = await test.request<TerminalView>('GET', `/api/terminals/${orphan}`)
    expect(data).toMatchObject({ exit_code: null, reason: 'The console that held it had ended' })
    expect((await test.request('GET', `/api/terminals/${orphan}/stream`)).status).toBe(404)

    const stopped = await begin()
    await test.kill('SIGTERM')
    expect(await familyOf(stopped)).toEqual([])
    await test.start()

    const closed = await begin()
    const path = `/api/sessions/${sessionId}/close`
    expect((await test.request('POST', path, { outcome: 'resolved' })).status).toBe(200)
    expect(await familyOf(closed)).toEqual([])
    expect(await control('terminal_closed', closed)).toMatchObject([{ operator: 'ana' }])
    const again = await test.request('POST', `/api/sessions/${sessionId}/terminals`, { kind: 'shell' })
    expect(again.status).toBe(409)
    sessionId = (await test.openSession()).id
  })

  it('keeps the console answering and its memory flat under `yes`', async () => {
    const { id } = await open()
    const reader = await readTerminal(test, id)
    const stalled = await fetch(`${test.url}/api/terminals/${id}/stream`, { headers: as(test.token) })
    const { pid } = JSON.parse(readFileSync(join(test.data, 'console.pid'), 'utf8')) as { pid: number }
    const memory = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
    await type(id, 'yes\r')
    const answersFor = async (ms: number) => {
      const giveUpAt = performance.now() + ms
      let count = 0
      for (; performance.now() < giveUpAt; count++) {
        expect((await fetch(`${test.url}/api/health`)).status).toBe(200)
        await sleep(20) // thousands of requests would take memory of their own
      }
      return count
    }
    await answersFor(3_000)
    const before = memory()
    const from = reader.bytes()
    // A console whose loop is kept busy answers a few of these, not hundreds.
    expect(await answersFor(5_000)).toBeGreaterThan(50)
    const rate = (reader.bytes() - from) / 5
    expect(rate).toBeGreaterThan(256 * 1024)
    expect(rate).toBeLessThan(4 * 1024 * 1024)
    expect(memory() - before).toBeLessThan(64 * 1024)
    await type(id, '\x03')
    await type(id, 'echo still-a""live\r')
    await reader.waitFor('still-alive', 60_000)
    reader.close()
    await stalled.body?.cancel()
    await end(id)
  })

  it('keeps its row, recording and events when many are opened, up to its cap', async () => {
    const ids: string[] = []
    for (let n = 0; n < 8; n += 1) ids.push((await open()).id)
    const ninth = await test.request<{ code: string }>('POST', `/api/sessions/${sessionId}/terminals`, {
      kind: 'shell',
    })
    expect(ninth).toMatchObject({ status: 409, data: { code: 'too_many_terminals' } })
    const { data } = await test.request<{ terminals: TerminalView[] }>('GET', '/api/terminals')
    expect(data.terminals.map(({ id }) => id).sort()).toEqual([...ids].sort())
    await Promise.all(ids.map(end))
    const directory = join(test.data, 'sessions', sessionId, 'terminals')
    expect(existsSync(directory) && readdirSync(directory).length).toBeGreaterThanOrEqual(8)
    expect(
      (await test.request<{ terminals: TerminalView[] }>('GET', '/api/terminals')).data.terminals,
    ).toEqual([])
  })
})
