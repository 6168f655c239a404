// Memory and processes limited by cgroup v2: in force on what the agent runs, met without harm to the console, told to the operator.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { HealthCheck } from '../lib/api.ts'
import type { BodyOf, RecordedEvent } from '../lib/events.ts'
import { findCgroups } from '../server/containment/find-cgroups.ts'
import { startTestConsole, type TestConsole, until } from './support/console.ts'
import { breakglass, endOf } from './support/trials.ts'

const MEMORY = '700M'
const PROCESSES = 120
const wanted = {
  memory_max: MEMORY,
  pids_max: PROCESSES,
  file_size_max: 'off',
  open_files_max: 4096,
} as const

/** Why it can't be shown on this host, or null. */
async function findProblem(): Promise<string | null> {
  const found = await findCgroups({ ...wanted, cgroup: 'auto' }, 'probe', { mayMove: false, env: {} })
  if ('problem' in found) return found.problem
  found.cgroups.leave()
  return Object.keys(found.limits).length === 2
    ? null
    : 'the memory and pids controllers of cgroup v2 are not to be had'
}
const problem = await findProblem()

/** Each has an end of its own, should a limit fail. */
const HOG = `node -e 'const taken = []; while (taken.length < 40) taken.push(Buffer.alloc(50 << 20, 1))'; echo exit $?`
const BOMB =
  'bomb() { if [ $1 -gt 0 ]; then bomb $(($1-1)) & bomb $(($1-1)) & fi; sleep 30; }; bomb 7 2>&1 | head -c 300; echo over'

describe.skipIf(problem !== null)(
  `limits of a cgroup${problem ? ` (not shown here: ${problem})` : ''}`,
  () => {
    let test: TestConsole
    let base: string
    beforeAll(async () => {
      const config = `containment: { memory_max: ${MEMORY}, pids_max: ${PROCESSES} }\npolicy: { default: allow }\n`
      test = await startTestConsole({ config, warm: false })
      base = readFileSync(join(test.data, 'cgroup'), 'utf8')
    })
    afterAll(async () => {
      await test.close()
      expect(existsSync(base)).toBe(false)
    })
    const cgroups = () => readdirSync(base, { withFileTypes: true }).filter((each) => each.isDirectory())

    async function runTold(command: string) {
      const { id, workspace } = await test.openSession('does-as-told')
      const { turn_id } = await test.prompt(id, command)
      return { id, workspace, turn_id }
    }
    async function metBy(id: string, turnId: string) {
      const isMet = (event: RecordedEvent) => event.kind === 'control' && event.action === 'limit_met'
      const met = (await test.waitFor(id, isMet)) as BodyOf<'control'> & RecordedEvent
      expect(met.turn_id).toBe(turnId)
      return met
    }

    it('are told by session, health strip and doctor, also by a doctor that knows no configuration', async () => {
      const { containment } = await test.session((await test.openSession()).id)
      expect(containment).toMatchObject({
        state: 'ok',
        detail: expect.stringContaining(`memory up to ${MEMORY}, no swap, up to ${PROCESSES} processes`),
      })
      expect(containment.detail).not.toContain('not held in')
      const { data } = await test.request<{ checks: HealthCheck[] }>('GET', '/api/status')
      expect(data.checks).toContainEqual(containment)
      const { stdout } = await breakglass(['doctor'], { BREAKGLASS_DATA_DIR: test.data })
      expect(stdout).toContain(containment.detail)
    })

    it('are set on the cgroup that the CLI and its tools are in', async () => {
      const { id, workspace, turn_id } = await runTold(
        'cat /proc/self/cgroup /proc/$PPID/cgroup > mine.txt; true',
      )
      await until(() => existsSync(join(workspace, 'mine.txt')))
      expect(await endOf(test, id, turn_id)).toMatchObject({ outcome: 'success' })
      const held = await runTold('sleep 60')
      await until(() => cgroups().length === 1)
      const path = join(base, cgroups()[0]?.name ?? '')
      await until(() => readFileSync(join(path, 'cgroup.procs'), 'utf8').split('\n').length > 2)
      const values = ['memory.max', 'memory.swap.max', 'pids.max'].map((file) =>
        existsSync(join(path, file)) ? readFileSync(join(path, file), 'utf8').trim() : '0',
      )
      expect(values).toEqual([String(700 * 1024 ** 2), '0', String(PROCESSES)])
      const [tool = '', parent = ''] = readFileSync(join(workspace, 'mine.txt'), 'utf8').split('\n')
      expect(tool).toBe(parent)
      expect(tool).toContain(`/${basename(base)}/`)
      await test.kill()
      await test.start()
      expect(readFileSync(join(path, 'pids.max'), 'utf8').trim()).toBe(String(PROCESSES))
      await test.request('DELETE', `/api/sessions/${held.id}/turns/current`)
      expect(await endOf(test, held.id, held.turn_id)).toMatchObject({ outcome: 'interrupted' })
      await until(() => !existsSync(path))
    })

    it('end what takes too much memory, and say so, and the turn goes on', async () => {
      const { id, turn_id } = await runTold(HOG)
      const met = await metBy(id, turn_id)
      expect(met).toMatchObject({ limit: 'memory', times: 1 })
      expect(met.reason).toMatch(
        new RegExp(`^a process was killed, .* may have ${MEMORY}: .*raise containment.memory_max`),
      )
      expect(await endOf(test, id, turn_id)).toMatchObject({ outcome: 'success' })
      const isOutput = (event: RecordedEvent) => event.kind === 'tool' && event.phase === 'output'
      expect(JSON.stringify((await test.events(id)).find(isOutput))).toContain('exit 137')
      await until(() => cgroups().length === 0)
    })

    it('say so where it is the CLI itself that has too little', async () => {
      const small = await startTestConsole({ config: 'containment: { memory_max: 60M }\n', warm: false })
      const { id } = await small.openSession()
      const { turn_id } = await small.prompt(id, 'Go')
      expect(await endOf(small, id, turn_id)).toMatchObject({ kind: 'result', outcome: 'error' })
      const isMet = (event: RecordedEvent) => event.kind === 'control' && event.action === 'limit_met'
      expect(await small.waitFor(id, isMet)).toMatchObject({ limit: 'memory' })
      await small.close()
    })

    it('hold a fork bomb, and say so, while the console answers and Stop ends all', async () => {
      const { id, turn_id } = await runTold(BOMB)
      expect(await metBy(id, turn_id)).toMatchObject({
        limit: 'processes',
        reason: expect.stringContaining(`refused, because ${PROCESSES} may run together`),
      })
      const path = join(base, cgroups()[0]?.name ?? '')
      const count = () => Number(readFileSync(join(path, 'pids.current'), 'utf8'))
      for (let look = 0; look < 20; look++) {
        expect(count()).toBeLessThanOrEqual(PROCESSES)
        expect((await test.request('GET', '/api/sessions')).status).toBe(200)
      }
      await test.request('DELETE', `/api/sessions/${id}/turns/current`)
      expect(await endOf(test, id, turn_id)).toMatchObject({ outcome: 'interrupted' })
      await until(() => !existsSync(path))
    })
  },
)
