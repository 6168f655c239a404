// The console dies in the middle of a turn, and the next one goes on as if nothing had been.
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDatabase } from '../db/database.ts'
import { startTestConsole, type TestConsole, until } from './support/console.ts'
import { sized } from './support/size.ts'
import {
  endOf,
  expectSeenInRecord,
  expectWholeTurn,
  livingRows,
  processesOf,
  timesRan,
  turnRow,
  watch,
} from './support/trials.ts'

const ROUNDS = sized(3, 5)
const SCENARIOS = ['counter', 'several-tools', 'slow-text']
/** What the turns of a round take on a slow machine. */
const SPREAD_MS = 2_500

describe('a console that is killed mid-turn', () => {
  let test: TestConsole
  beforeAll(async () => {
    test = await startTestConsole()
  })
  afterAll(() => test.close())

  it.each(Array.from({ length: ROUNDS }, (_, round) => round + 1))(
    'loses and repeats nothing when killed at two random points, round %i',
    async () => {
      const delays = [Math.random() * SPREAD_MS, Math.random() * SPREAD_MS]
      const opened = await Promise.all(SCENARIOS.map((scenario) => test.openSession(scenario)))
      const watchers = opened.map(({ id }) => watch(test, id))
      let connections = watchers.map((watcher) => watcher.connect())
      const turns = await Promise.all(opened.map(({ id }) => test.prompt(id, 'Go')))
      for (const delay of delays) {
        await sleep(delay)
        await test.kill()
        await Promise.all(connections)
        await test.start()
        connections = watchers.map((watcher) => watcher.connect())
      }
      for (const [index, session] of opened.entries()) {
        const { turn_id } = turns[index] as { turn_id: string }
        const end = await endOf(test, session.id, turn_id)
        const killedAt = `killed after ${delays.map(Math.round).join(' and ')} ms`
        const isUnstarted = end.kind === 'error' && end.code === 'interrupted'
        if (isUnstarted) expect(turnRow(test, turn_id).process_id, killedAt).toBeNull()
        else expect(end, killedAt).toMatchObject({ kind: 'result', outcome: 'success' })

        const record = await test.events(session.id)
        await until(() => watchers[index]?.seen.some((event) => event.seq === end.seq) ?? false)
        watchers[index]?.disconnect()
        expectSeenInRecord(watchers[index]?.seen ?? [], record)
        if (SCENARIOS[index] !== 'counter' || isUnstarted) continue
        expect(timesRan(session.workspace), killedAt).toBe(1)
        const output = record.find((event) => event.kind === 'tool' && event.phase === 'output')
        const counted = Array.from({ length: 200 }, (_, count) => `count ${count + 1}`).join('\n')
        expect(output).toMatchObject({ output: counted, is_error: false })
      }
      await Promise.all(connections)
    },
  )

  it('keeps every chain whole over all of that', async () => {
    const { exitCode, stdout, stderr } = await test.command(['verify'])
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 })
    expect(stdout).toMatch(/sessions with \d+ events hold/)
  })

  it('goes on with the conversation when a prompt follows an adopted turn', async () => {
    const { id } = await test.openSession('multi')
    const first = await test.prompt(id, 'one')
    await test.waitFor(id, (event) => event.kind === 'session')
    await test.kill()
    await test.start()
    expect(await endOf(test, id, first.turn_id)).toMatchObject({ outcome: 'success' })
    const second = await test.prompt(id, 'two')
    expect(await endOf(test, id, second.turn_id)).toMatchObject({
      outcome: 'success',
      result: 'It is written down.',
    })
    expect((await test.events(id)).filter((event) => event.kind === 'session')).toMatchObject([
      { resumed: false },
      { resumed: true },
    ])
  })

  it('shows the output of a command that went on, and stops it', async () => {
    const { id, workspace } = await test.openSession('long-command')
    const { turn_id } = await test.prompt(id, 'Go')
    await test.waitFor(id, (event) => event.kind === 'tool' && event.phase === 'call')
    const before = watch(test, id)
    const ended = before.connect()
    await until(() => before.seen.some((event) => event.kind === 'tool' && event.phase === 'progress'))
    await test.kill()
    await ended
    await test.start()
    const after = watch(test, id)
    void after.connect()
    await until(() => after.seen.some((event) => event.kind === 'tool' && event.phase === 'progress'))

    const { process_id } = turnRow(test, turn_id)
    const stop = await test.request('DELETE', `/api/sessions/${id}/turns/current`)
    expect(stop).toMatchObject({ status: 202, data: { turn_id } })
    expect(await endOf(test, id, turn_id)).toMatchObject({ kind: 'result', outcome: 'interrupted' })
    after.disconnect()
    const record = await test.events(id)
    expect(record).toContainEqual(
      expect.objectContaining({
        kind: 'control',
        action: 'stopped',
        operator: 'ana',
        survivors: [],
        turn_id,
      }),
    )
    expect((await processesOf(test)).filter(({ command }) => command.includes('echo "second'))).toEqual([])
    expect(livingRows(test).map((row) => row.id)).not.toContain(process_id)
    expect(workspace).toContain(id)
  })

  it('stops a turn whose stop was asked for just before the console died', async () => {
    const { id } = await test.openSession('long-command')
    const { turn_id } = await test.prompt(id, 'Go')
    await test.waitFor(id, (event) => event.kind === 'tool' && event.phase === 'call')
    await test.request('DELETE', `/api/sessions/${id}/turns/current`)
    await test.kill()
    await test.start()
    expect(await endOf(test, id, turn_id)).toMatchObject({ outcome: 'interrupted' })
  })

  it('holds the queue behind a turn for which nothing was started', async () => {
    const { id } = await test.openSession('plain-text')
    // Right behind one another: the process of the first is being chosen when the console dies.
    const [first, second] = await Promise.all([
      test.prompt(id, 'first'),
      test.prompt(id, 'second', { queue: true }),
    ])
    await test.kill()
    await test.start()
    const running = [first, second].find(({ state }) => state === 'running')
    const end = await endOf(test, id, running?.turn_id ?? '')
    const { queue, status } = await test.session(id)
    if (end.kind === 'error') expect({ status, queued: queue.length }).toEqual({ status: 'held', queued: 1 })
    else expect(end).toMatchObject({ outcome: 'success' })
  })

  it('closes a turn as interrupted when its row stands without a process', async () => {
    const { id } = await test.openSession('plain-text')
    const { turn_id } = await test.prompt(id, 'first')
    await endOf(test, id, turn_id)
    await test.kill()
    const database = openDatabase(join(test.data, 'breakglass.db'))
    database
      .prepare(
        "UPDATE turns SET state = 'running', outcome = NULL, ended_at = NULL, process_id = NULL WHERE id = ?",
      )
      .run(turn_id)
    database.close()
    await test.start()
    expect(turnRow(test, turn_id)).toMatchObject({ state: 'ended', outcome: 'interrupted' })
    expect((await test.events(id)).at(-1)).toMatchObject({
      kind: 'error',
      code: 'interrupted',
      fatal: true,
      turn_id,
    })
  })

  it('ends the warm processes of the console before', async () => {
    const { id } = await test.openSession('plain-text')
    await until(() => livingRows(test).some((row) => row.session_id === id && row.pid !== null))
    const warm = livingRows(test).find((row) => row.session_id === id)
    await test.kill()
    await test.start()
    await until(async () => !(await processesOf(test)).some(({ pid }) => pid === warm?.pid))
    await until(() => !livingRows(test).some((row) => row.id === warm?.id))
  })

  it('sends a prompt once when it had reached the CLI in part only', async () => {
    const { id } = await test.openSession('plain-text')
    const first = await test.prompt(id, 'first')
    await endOf(test, id, first.turn_id)
    // The second prompt is longer than the FIFO holds; a CLI that is stopped reads none of it.
    const { process_id } = turnRow(test, first.turn_id)
    const ready = () =>
      livingRows(test).find((row) => row.session_id === id && row.pid !== null && row.id !== process_id)
    await until(() => ready() !== undefined)
    const warm = ready()
    process.kill(warm?.pid ?? 0, 'SIGSTOP')
    const prompt = `echo ${'x'.repeat(200_000)} end`
    const second = await test.prompt(id, prompt)
    await until(() => turnRow(test, second.turn_id).process_id === warm?.id)
    await test.kill()
    await test.start()
    const end = await endOf(test, id, second.turn_id)
    expect(end).toMatchObject({ outcome: 'success', result: `You said: ${prompt}` })
    expectWholeTurn(await test.events(id), second.turn_id)
  })
})
