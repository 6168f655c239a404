// Containment by cgroup v2: what has left its parents and emptied its environment ends with its tree. Needs root, to mount one.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { KillView } from '../lib/kill-api.ts'
import type { TerminalView } from '../lib/terminal-api.ts'
import { runProcess } from '../server/child-process.ts'
import { listProcesses } from '../server/claude/process-table.ts'
import { containmentSchema } from '../server/containment/containment-config.ts'
import { findCgroups } from '../server/containment/find-cgroups.ts'
import { readEnvironment } from '../server/environment.ts'
import { startTestConsole, type TestConsole, until } from './support/console.ts'
import { breakglass, endOf } from './support/trials.ts'

const env = { PATH: readEnvironment().inherited.PATH ?? '' }
const point = mkdtempSync(join(tmpdir(), 'breakglass-cgroup-'))

async function mountCgroup(): Promise<string | null> {
  const { exitCode, stderr } = await runProcess('mount', ['-t', 'cgroup2', 'none', point], { env })
  return exitCode === 0 ? null : stderr.trim()
}
const problem = await mountCgroup()

const stop = (test: TestConsole, id: string) => test.request('DELETE', `/api/sessions/${id}/turns/current`)

async function isAlive(pid: number): Promise<boolean> {
  return (await listProcesses()).some((each) => each.pid === pid && !each.zombie)
}

/** A turn whose command has left a daemon that nothing but its cgroup tells from a stranger. */
async function letEscape(test: TestConsole) {
  const { id, workspace } = await test.openSession('escapes')
  const { turn_id } = await test.prompt(id, 'Go')
  return { id, turn_id, pid: await pidIn(workspace) }
}

async function pidIn(workspace: string): Promise<number> {
  let pid = 0
  await until(() => {
    try {
      pid = Number(readFileSync(join(workspace, 'gone.pid'), 'utf8'))
    } catch {}
    return pid > 0
  })
  return pid
}

describe.skipIf(problem !== null)(
  `a console with cgroups${problem ? ` (not shown here: ${problem})` : ''}`,
  () => {
    let test: TestConsole
    let base: string
    beforeAll(async () => {
      const config = `limits: { warm_processes: 0 }\ncontainment: { cgroup: ${point} }\n`
      test = await startTestConsole({ config })
      base = readFileSync(join(test.data, 'cgroup'), 'utf8')
    })
    afterAll(async () => {
      await test.close()
      expect(existsSync(base)).toBe(false)
      await runProcess('umount', [point], { env })
      rmdirSync(point)
    })
    const cgroups = () => readdirSync(base, { withFileTypes: true }).filter((each) => each.isDirectory())

    it('does not count on them when the launcher takes the agent into another one, as systemd-run does', async () => {
      const another = join(point, 'another')
      mkdirSync(another)
      const leave = `echo 0 > ${another}/cgroup.procs && exec "$@"`
      const config = containmentSchema.parse({ cgroup: point, launcher: ['sh', '-c', leave, 'leave'] })
      const found = await findCgroups(config, 'of-a-test', { mayMove: false, env })
      rmdirSync(another)
      expect(found).toEqual({ ...found, problem: 'the launcher sh takes the agent into another one' })
      expect(existsSync(join(point, 'breakglass-of-a-test'))).toBe(false)
    })

    it('ends what escapes descent and marker, at a stop, and leaves no cgroup', async () => {
      const { id, turn_id, pid } = await letEscape(test)
      expect(readFileSync(`/proc/${pid}/environ`, 'latin1')).not.toContain('BREAKGLASS')
      await stop(test, id)
      expect(await endOf(test, id, turn_id)).toMatchObject({ outcome: 'interrupted' })
      expect(await isAlive(pid)).toBe(false)
      await until(() => cgroups().length === 0)
      const next = await test.prompt(id, 'And now?')
      expect(await endOf(test, id, next.turn_id)).toMatchObject({ outcome: 'success' })
    })

    it('says what is in force', async () => {
      const { id } = await test.openSession()
      const detail = expect.stringMatching(
        /^cgroup v2, Stop ends the whole tree; the agent runs as root and can read/,
      )
      const words = { state: 'ok', detail }
      expect((await test.session(id)).containment).toMatchObject(words)
      const { data } = await test.request<{ checks: unknown[] }>('GET', '/api/status')
      expect(data.checks).toContainEqual(expect.objectContaining(words))
      expect((await test.command(['doctor'])).stdout).toContain('cgroup v2, Stop ends the whole tree')
    })

    it('says which limits the kernel of this host does not let it set', async () => {
      const config = `containment: { cgroup: ${point}, memory_max: 4G, pids_max: 500 }\n`
      const other = await startTestConsole({ config })
      const { detail, hint = '' } = (await other.session((await other.openSession()).id)).containment
      // Where the controllers are there, both are in force.
      expect(detail.includes('4G') || hint.includes('memory_max')).toBe(true)
      expect(detail.includes('500') || hint.includes('pids_max')).toBe(true)
      // A doctor without the configuration would look elsewhere, and for no limits.
      const { stdout } = await breakglass(['doctor'], { BREAKGLASS_DATA_DIR: other.data })
      expect(stdout).toContain(hint ? `${detail}: ${hint}` : detail)
      await other.close()
    })

    it('finds the cgroup of a turn that it has taken up again', async () => {
      const { id, turn_id, pid } = await letEscape(test)
      await test.kill()
      expect(await isAlive(pid)).toBe(true)
      await test.start()
      await stop(test, id)
      expect(await endOf(test, id, turn_id)).toMatchObject({ outcome: 'interrupted' })
      expect(await isAlive(pid)).toBe(false)
    })

    it('removes empty cgroups that an earlier console has left', async () => {
      await test.kill()
      mkdirSync(join(base, 'left', 'inside'), { recursive: true })
      await test.start()
      expect(cgroups()).toEqual([])

      await test.kill()
      const elsewhere = join(point, 'breakglass-elsewhere')
      mkdirSync(join(elsewhere, 'left'), { recursive: true })
      writeFileSync(join(test.data, 'cgroup'), elsewhere)
      await test.start()
      expect(existsSync(elsewhere)).toBe(false)
    })

    it('ends what a shell has left behind, when it exits', async () => {
      const { id, workspace } = await test.openSession()
      const { data } = await test.request<TerminalView>('POST', `/api/sessions/${id}/terminals`, {
        kind: 'shell',
      })
      const escaping = `(setsid env -i /bin/sh -c 'echo $$ > gone.pid; exec sleep 600' >/dev/null 2>&1 </dev/null &)\n`
      await test.request('POST', `/api/terminals/${data.id}/input`, { data: escaping })
      const pid = await pidIn(workspace)
      expect(await isAlive(pid)).toBe(true)
      await test.request('POST', `/api/terminals/${data.id}/input`, { data: 'exit\n' })
      await until(async () => !(await isAlive(pid)))
    })

    it('is used by the kill switch, also by the command while the console hangs', async () => {
      const one = await letEscape(test)
      await test.request<KillView>('POST', '/api/kill', {})
      expect(await isAlive(one.pid)).toBe(false)
      await test.request('DELETE', '/api/kill')
      const other = await letEscape(test)
      test.process().kill('SIGSTOP')
      expect(await test.command(['kill'])).toMatchObject({ exitCode: 0 })
      expect(await isAlive(other.pid)).toBe(false)
      test.process().kill('SIGCONT')
      await endOf(test, other.id, other.turn_id)
      await test.request('DELETE', '/api/kill')
    })
  },
)

describe.skipIf(problem !== null)(
  `a launcher that changes the user${problem ? ` (not shown here: ${problem})` : ''}`,
  () => {
    it.each([{ driver: 'print' }, { driver: 'tui' }])(
      'closes the record to the agent of $driver, lets it work, and lets it be stopped',
      async ({ driver }) => {
        const agentDirectory = mkdtempSync(join(tmpdir(), 'breakglass-agent-'))
        chmodSync(agentDirectory, 0o711)
        const test = await startTestConsole({
          config: [
            'containment:',
            '  launcher: [setpriv, --reuid=65534, --regid=65534, --clear-groups, --]',
            `  agent_directory: ${agentDirectory}`,
          ].join('\n'),
        })
        const { id, workspace } = await test.openSession('does-as-told', { driver })
        expect(workspace.startsWith(agentDirectory)).toBe(true)
        expect((await test.session(id)).containment.detail).toContain('as the user 65534')
        const { turn_id } = await test.prompt(
          id,
          `id; echo mine > mine.txt; cat ${join(test.data, 'breakglass.db')}; true`,
        )
        // The policy asks before the record is read: somebody allows it, and the kernel does not.
        const asked = await test.waitFor(id, (event) => event.kind === 'approval')
        const approval = asked.kind === 'approval' ? asked.approval_id : ''
        await test.request('POST', `/api/approvals/${approval}`, { decision: 'allow' })
        const output = await test.waitFor(id, (event) => event.kind === 'tool' && event.phase === 'output')
        expect(output).toMatchObject({ output: expect.stringMatching(/uid=65534[\s\S]*Permission denied/) })
        expect(await endOf(test, id, turn_id)).toMatchObject({ outcome: 'success' })
        expect(readFileSync(join(workspace, 'mine.txt'), 'utf8')).toBe('mine\n')
        expect(statSync(join(workspace, 'mine.txt')).uid).toBe(65534)

        const other = await test.openSession('leaves-process-and-waits', { driver })
        const turn = await test.prompt(other.id, 'Go')
        await until(() => existsSync(join(other.workspace, 'setsid.pid')))
        const pid = Number(readFileSync(join(other.workspace, 'setsid.pid'), 'utf8'))
        await stop(test, other.id)
        expect(await endOf(test, other.id, turn.turn_id)).toMatchObject({ outcome: 'interrupted' })
        expect(await isAlive(pid)).toBe(false)
        await test.close()
        rmSync(agentDirectory, { recursive: true })
      },
    )

    it('is refused in words where the agent would have no place to work', async () => {
      const config = 'containment: { launcher: [setpriv, --reuid=65534, --clear-groups, --] }\n'
      await expect(startTestConsole({ config })).rejects.toThrow(/set containment.agent_directory/)
    })
  },
)

describe('a console without cgroups', () => {
  it('says that such a process escapes, which it does', async () => {
    const test = await startTestConsole({ config: 'containment: { cgroup: off }\n' })
    const { id, turn_id, pid } = await letEscape(test)
    await stop(test, id)
    await endOf(test, id, turn_id)
    expect(await isAlive(pid)).toBe(true)
    process.kill(pid, 'SIGKILL')
    expect((await test.session(id)).containment).toMatchObject({
      state: 'warn',
      detail: expect.stringContaining('escapes Stop'),
      hint: expect.stringContaining('switched off'),
    })
    expect((await test.command(['doctor'])).stdout).toContain('escapes Stop')
    await test.close()
  })
})
