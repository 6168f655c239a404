// Trial 39: the agent's tools meet limits: a file that is too large, descriptors that run out, a fork bomb. Whatever is tried here
// has an end of its own, so that it does no harm where a limit fails.
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { HealthCheck } from '../../lib/api.ts'
import type { RecordedEvent } from '../../lib/events.ts'
import { startTestConsole, type TestConsole, until } from '../support/console.ts'
import { endOf, processesOf } from '../support/trials.ts'

/** Nobody else's: what it runs is counted. */
const USER = 64_123
const PROCESSES = 80
const isRoot = process.getuid?.() === 0
const notRoot = isRoot ? '' : ' (not shown here: needs root, to run the agent as another user)'

/** 127 processes, which end by themselves. How many there are at a time depends on how fast they come. */
const bombOf = (seconds: number) =>
  `bomb() { if [ $1 -gt 0 ]; then bomb $(($1-1)) & bomb $(($1-1)) & fi; sleep ${seconds}; }; bomb 6 2>&1 | head -c 300; echo over`
const MANY = PROCESSES / 4
const DESCRIPTORS = `node -e 'const open = []; try { while (open.length < 3000) open.push(require("fs").openSync("/dev/null")) } catch (error) { console.log(error.code, open.length) }'`

describe('limits on what the agent takes', () => {
  let test: TestConsole
  const directory = mkdtempSync(join(tmpdir(), 'breakglass-limits-'))
  beforeAll(async () => {
    chmodSync(directory, 0o711)
    const launcher = `launcher: [setpriv, --reuid=${USER}, --regid=${USER}, --clear-groups, --], agent_directory: ${directory},`
    const limits = `cgroup: off, file_size_max: 8M, open_files_max: 300, pids_max: ${PROCESSES}`
    test = await startTestConsole({
      config: [
        `containment: { ${isRoot ? launcher : ''} ${isRoot ? limits : limits.replace(/, pids_max.*/, '')} }`,
        'policy: { default: allow }',
      ].join('\n'),
      warm: false,
    })
  })
  afterAll(async () => {
    await test.close()
    rmSync(directory, { recursive: true })
  })

  async function runTold(command: string) {
    const { id, workspace } = await test.openSession('does-as-told')
    const { turn_id } = await test.prompt(id, command)
    return { id, workspace, turn_id }
  }
  async function outputOf({ id, turn_id }: { id: string; turn_id: string }): Promise<string> {
    expect(await endOf(test, id, turn_id)).toMatchObject({ outcome: 'success' })
    const isOutput = (event: RecordedEvent) => event.kind === 'tool' && event.phase === 'output'
    return JSON.stringify((await test.events(id)).find(isOutput))
  }

  it('are told by the session, the health strip and doctor, with what is not held', async () => {
    const { containment } = await test.session((await test.openSession()).id)
    expect(containment.detail).toContain('it is held to files up to 8M and 300 open files a process')
    expect(containment.detail).toContain(isRoot ? `${PROCESSES} processes and threads` : 'not held in memory')
    const { data } = await test.request<{ checks: HealthCheck[] }>('GET', '/api/status')
    expect(data.checks).toContainEqual(containment)
    expect((await test.command(['doctor'])).stdout).toContain(containment.detail)
  })

  it('stop a file of 10 GB, written or merely stretched', async () => {
    const told = await runTold('truncate -s 10G hole; head -c 20000000 /dev/zero > large; echo over')
    expect(await outputOf(told)).toMatch(/File (too large|size limit exceeded)/)
    const sizes = readdirSync(told.workspace).map((name) => statSync(join(told.workspace, name)).size)
    expect(Math.max(...sizes)).toBe(8 * 1024 ** 2)
  })

  it('let descriptors run out for the one process that takes them', async () => {
    const opened = Number(/EMFILE (\d+)/.exec(await outputOf(await runTold(DESCRIPTORS)))?.[1])
    expect(opened).toBeGreaterThan(200)
    expect(opened).toBeLessThan(300)
  })

  it.skipIf(!isRoot)(
    `hold a fork bomb while the console answers, and end it when it is stopped${notRoot}`,
    async () => {
      const told = await runTold(bombOf(5))
      await until(async () => (await processesOf(test, told.id)).length > MANY)
      let most = 0
      for (let look = 0; look < 20; look++) {
        most = Math.max(most, (await processesOf(test, told.id)).length)
        expect((await test.request('GET', '/api/sessions')).status).toBe(200)
      }
      expect(most).toBeLessThanOrEqual(PROCESSES)
      expect(await outputOf(told)).toMatch(/fork|Resource temporarily unavailable/)

      const again = await runTold(bombOf(60))
      await until(async () => (await processesOf(test, again.id)).length > MANY)
      await test.request('DELETE', `/api/sessions/${again.id}/turns/current`)
      expect(await endOf(test, again.id, again.turn_id)).toMatchObject({ outcome: 'interrupted' })
      expect(await processesOf(test, again.id)).toEqual([])
    },
  )
})
