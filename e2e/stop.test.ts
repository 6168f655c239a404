// Stop: the whole tree, once, and the conversation goes on.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listProcesses } from '../server/claude/process-table.ts'
import { ROOT, startTestConsole, type TestConsole, until } from './support/console.ts'
import { sized } from './support/size.ts'
import { endOf, expectWholeTurn, livingRows, processesOf, timesRan, turnRow } from './support/trials.ts'

/** In two sessions. */
const RACES = sized(10, 200)
const NO_WARM_ONES = 'limits: { warm_processes: 0 }\n'

function stop(test: TestConsole, sessionId: string) {
  return test.request<{ code?: string; turn_id?: string }>(
    'DELETE',
    `/api/sessions/${sessionId}/turns/current`,
  )
}

/** Nothing of a session runs, by its marker. */
async function expectNothingLeft(test: TestConsole, sessionId: string) {
  await until(
    async () => (await processesOf(test, sessionId)).length + livingRows(test, sessionId).length === 0,
    15_000,
  )
}

describe.concurrent('a stop of the real CLI', () => {
  let test: TestConsole
  beforeAll(async () => {
    test = await startTestConsole({ config: NO_WARM_ONES })
  })
  afterAll(() => test.close())

  it('leaves no process of a running command, and says who stopped it', async () => {
    const { id, workspace } = await test.openSession('counter')
    const { turn_id } = await test.prompt(id, 'Go')
    await until(() => timesRan(workspace) === 1)
    expect((await processesOf(test, id)).length).toBeGreaterThan(1)
    expect(await stop(test, id)).toMatchObject({ status: 202, data: { turn_id } })
    const end = await endOf(test, id, turn_id)
    expect(end).toMatchObject({ kind: 'result', outcome: 'interrupted' })
    const controls = (await test.events(id)).filter(
      (event) => event.kind === 'control' && event.turn_id === turn_id,
    )
    expect(controls).toMatchObject([
      { action: 'stop_requested', operator: 'ana' },
      { action: 'stopped', operator: 'ana', survivors: [] },
    ])
    expect(await processesOf(test, id)).toEqual([])

    const next = await test.prompt(id, 'And now?')
    expect(await endOf(test, id, next.turn_id)).toMatchObject({
      outcome: 'success',
      result: 'You said: And now?',
    })
    expect((await test.events(id)).filter((event) => event.kind === 'session').at(-1)).toMatchObject({
      resumed: true,
    })
    expect(timesRan(workspace)).toBe(1)
  })

  it.each([{ how: 'stop' }, { how: 'natural end' }])(
    'leaves none of the processes that a command has put aside, at $how',
    async ({ how }) => {
      const { id, workspace } = await test.openSession(
        how === 'stop' ? 'leaves-process-and-waits' : 'leaves-process',
      )
      const { turn_id } = await test.prompt(id, 'Go')
      if (how === 'stop') {
        await until(() => pidsIn(workspace).length === 3)
        expect((await alive(pidsIn(workspace))).length).toBe(3)
        await stop(test, id)
      }
      const end = await endOf(test, id, turn_id)
      expect(end).toMatchObject({ outcome: how === 'stop' ? 'interrupted' : 'success' })
      await until(async () => (await alive(pidsIn(workspace))).length === 0)
      await expectNothingLeft(test, id)
    },
  )

  it.each([1, 2])(
    `has one end in each of ${RACES / 2} races against the natural one, session %i`,
    async () => {
      const { id } = await test.openSession('plain-text')
      const outcomes = new Set<string>()
      for (let race = 0; race < RACES / 2; race++) {
        const { turn_id } = await test.prompt(id, 'Go')
        await sleep(Math.random() * 900)
        const { status, data } = await stop(test, id)
        const end = await endOf(test, id, turn_id)
        if (status === 404) expect(data.code).toBe('no_turn_running')
        else expect(status).toBe(202)
        outcomes.add(end.kind === 'result' ? end.outcome : end.kind)
      }
      expect([...outcomes].every((outcome) => outcome === 'success' || outcome === 'interrupted')).toBe(true)
      await expectNothingLeft(test, id)
      const next = await test.prompt(id, 'Still there?')
      expect(await endOf(test, id, next.turn_id)).toMatchObject({ outcome: 'success' })
    },
  )

  it('does not send a prompt that is stopped before it is sent', async () => {
    const { id } = await test.openSession('counter')
    const { turn_id } = await test.prompt(id, 'Go')
    await stop(test, id)
    expect(await endOf(test, id, turn_id)).toMatchObject({ outcome: 'interrupted' })
    await expectNothingLeft(test, id)
  })

  it('ends a CLI that the kernel has stopped', async () => {
    const { id, workspace } = await test.openSession('counter')
    const { turn_id } = await test.prompt(id, 'Go')
    await until(() => timesRan(workspace) === 1)
    const row = livingRows(test).find((each) => each.id === turnRow(test, turn_id).process_id)
    process.kill(row?.pid ?? 0, 'SIGSTOP')
    await stop(test, id)
    expect(await endOf(test, id, turn_id)).toMatchObject({ outcome: 'interrupted' })
    await expectNothingLeft(test, id)
  })
})

describe.concurrent('a time-out', () => {
  let test: TestConsole
  beforeAll(async () => {
    test = await startTestConsole({ config: 'limits: { warm_processes: 0, turn_minutes: 0.15 }\n' })
  })
  afterAll(() => test.close())

  it('leaves none of the processes that a command has put aside', async () => {
    const { id, workspace } = await test.openSession('leaves-process-and-waits')
    const { turn_id } = await test.prompt(id, 'Go')
    const end = await endOf(test, id, turn_id)
    expect(end).toMatchObject({ kind: 'result', outcome: 'timeout' })
    expect(pidsIn(workspace)).toHaveLength(3)
    expect(await alive(pidsIn(workspace))).toEqual([])
    await expectNothingLeft(test, id)
    const record = await test.events(id)
    expect(record).toContainEqual(
      expect.objectContaining({
        action: 'stopped',
        operator: 'console',
        reason: 'The turn reached its deadline',
      }),
    )
  })

  it('ends a turn whose model never answers, and the next prompt works', async () => {
    const { id } = await test.openSession('hang')
    const { turn_id } = await test.prompt(id, 'Go')
    expect(await endOf(test, id, turn_id)).toMatchObject({ outcome: 'timeout' })
    const next = await test.prompt(id, 'And now?')
    expect(await endOf(test, id, next.turn_id)).toMatchObject({ outcome: 'success' })
  })
})

describe.concurrent('a stop of a CLI that does not listen', () => {
  let test: TestConsole
  beforeAll(async () => {
    test = await startTestConsole({
      config: NO_WARM_ONES,
      env: { BREAKGLASS_CLAUDE: join(ROOT, 'e2e', 'fakes', 'claude.cjs') },
    })
  })
  afterAll(() => test.close())

  it('ends by KILL when the CLI ignores interrupt and TERM', async () => {
    const { id } = await test.openSession('ignores-term')
    const { turn_id } = await test.prompt(id, 'Go')
    await test.waitFor(id, (event) => event.kind === 'text')
    await stop(test, id)
    expect(await stop(test, id)).toMatchObject({ status: 202 })
    const end = await endOf(test, id, turn_id)
    expect(end).toMatchObject({ kind: 'result', outcome: 'interrupted', result: 'Stopped by ana' })
    await expectNothingLeft(test, id)
    const asked = (await test.events(id)).filter(
      (event) => event.kind === 'control' && event.action === 'stop_requested',
    )
    expect(asked).toHaveLength(1)
  })

  it('ends a process without the marker by its descent', async () => {
    const { id } = await test.openSession('child-without-environment')
    const { turn_id } = await test.prompt(id, 'Go')
    expect(await endOf(test, id, turn_id)).toMatchObject({ outcome: 'success' })
    const isLeft = ({ command }: { command: string }) => command === 'sleep 611'
    await until(async () => !(await listProcesses()).some(isLeft))
    expectWholeTurn(await test.events(id), turn_id)
  })
})

function pidsIn(workspace: string): number[] {
  return ['plain', 'nohup', 'setsid'].flatMap((name) => {
    try {
      return [Number(readFileSync(join(workspace, `${name}.pid`), 'utf8'))].filter(Boolean)
    } catch {
      return []
    }
  })
}

async function alive(pids: readonly number[]) {
  return (await listProcesses()).filter(({ pid, zombie }) => pids.includes(pid) && !zombie)
}
