// A disk that fills up under the console: nothing recorded is lost, and it recovers without a restart. Needs root, to mount a small disk.
import { existsSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Problem } from '../lib/api.ts'
import type { KillView } from '../lib/kill-api.ts'
import { runProcess } from '../server/child-process.ts'
import { readEnvironment } from '../server/environment.ts'
import { ADMIN, startTestConsole, type TestConsole, until } from './support/console.ts'
import { endOf, processesOf } from './support/trials.ts'

const env = { PATH: readEnvironment().inherited.PATH ?? '' }
const MIB = 1024 ** 2
const point = mkdtempSync(join(tmpdir(), 'breakglass-disk-'))
const image = `${point}.img`

/** A disk of 640 MiB that takes no more room than what is written to it. */
async function mountDisk(): Promise<string | null> {
  writeFileSync(image, '')
  for (const [file, ...args] of [
    ['truncate', '-s', '640M', image],
    ['mkfs.ext4', '-q', '-m', '0', image],
    ['mount', '-o', 'loop', image, point],
  ] as const) {
    const { exitCode, stderr } = await runProcess(file, args, { env })
    if (exitCode !== 0) return `${file}: ${stderr.trim()}`
  }
  return null
}
const problem = await mountDisk()

describe.skipIf(problem !== null)(
  `a disk that is full${problem ? ` (not shown here: ${problem})` : ''}`,
  () => {
    let test: TestConsole
    beforeAll(async () => {
      test = await startTestConsole({
        env: { BREAKGLASS_DATA_DIR: join(point, 'data') },
        config: 'limits: { warm_processes: 0 }\n',
      })
    })
    afterAll(async () => {
      await test.close()
      await runProcess('umount', [point], { env })
      rmSync(image, { force: true })
      rmSync(point, { recursive: true, force: true })
    })

    const free = () => statfsSync(point).bavail * statfsSync(point).bsize
    const filler = join(point, 'filler')
    const leave = async (bytes: number) => {
      await runProcess('rm', ['-f', filler], { env })
      const size = Math.max(0, free() - bytes)
      await runProcess('fallocate', ['-l', String(size), filler], { env })
    }
    const empty = () => runProcess('rm', ['-f', filler], { env })

    it('starts no turn when less than 500 MiB are free, and says so', async () => {
      const { id } = await test.openSession('plain-text')
      await leave(400 * MIB)
      const refused = await test.request<Problem>('POST', `/api/sessions/${id}/turns`, { prompt: 'Go' })
      expect(refused).toMatchObject({
        status: 507,
        data: { code: 'disk_low', detail: expect.stringContaining('Free space') },
      })
      expect(await test.session(id)).toMatchObject({ turns: [], status: 'idle' })
      expect(await processesOf(test)).toEqual([])
      await empty()
      const { turn_id } = await test.prompt(id, 'Go')
      expect(await endOf(test, id, turn_id)).toMatchObject({ outcome: 'success' })
    })

    it('stops turns when less than 64 MiB are free, while there is room to record why', async () => {
      const { id } = await test.openSession('long-command')
      const { turn_id } = await test.prompt(id, 'Go')
      await test.waitFor(id, (event) => event.kind === 'tool' && event.phase === 'call')
      await leave(40 * MIB)
      expect(await endOf(test, id, turn_id)).toMatchObject({ outcome: 'interrupted' })
      expect(await test.events(id)).toContainEqual(
        expect.objectContaining({
          action: 'stopped',
          operator: 'console',
          reason: expect.stringContaining('64 MiB'),
        }),
      )
      expect(await processesOf(test)).toEqual([])
      await empty()
    })

    it('kills everything by the kill switch when it is full to the last byte, and records it when there is room', async () => {
      const { id } = await test.openSession('does-as-told')
      // What writes nothing is not ended by the full disk itself.
      const { turn_id } = await test.prompt(id, 'sleep 60')
      await until(async () =>
        (await processesOf(test, id)).some(({ command }) => command.startsWith('sleep 60')),
      )
      await leave(0)
      await runProcess('dd', ['if=/dev/zero', `of=${filler}2`, 'bs=4096'], { env })
      const killed = await test.request<KillView>('POST', '/api/kill', { reason: 'No space left' })
      expect(killed).toMatchObject({ status: 200, data: { engaged: true, survivors: [] } })
      expect(await processesOf(test)).toEqual([])
      expect((await test.request('POST', `/api/sessions/${id}/turns`, { prompt: 'On' })).status).toBe(503)

      await runProcess('rm', ['-f', filler, `${filler}2`], { env })
      expect(await endOf(test, id, turn_id)).toMatchObject({ outcome: 'interrupted' })
      await test.waitFor(id, (event) => event.kind === 'control' && event.action === 'killed')
      expect(existsSync(join(test.data, 'KILL'))).toBe(true)
      expect(await test.request('DELETE', '/api/kill')).toMatchObject({ data: { engaged: false } })
      const other = await test.openSession()
      const next = await test.prompt(other.id, 'And now?')
      expect(await endOf(test, other.id, next.turn_id)).toMatchObject({ outcome: 'success' })
    })

    it('loses nothing recorded when it is full to the last byte, can be read, signed in to and stopped, and goes on', async () => {
      const { id } = await test.openSession('counter')
      const { turn_id } = await test.prompt(id, 'Go')
      await test.waitFor(id, (event) => event.kind === 'tool' && event.phase === 'call')
      const before = await test.events(id)
      await leave(0)
      // The ballast may be given up at once: that is taken as well.
      await runProcess('dd', ['if=/dev/zero', `of=${filler}2`, 'bs=4096'], { env })
      expect(free()).toBeLessThan(MIB)

      expect((await test.events(id)).slice(0, before.length)).toEqual(before)
      const signIn = await fetch(`${test.url}/api/logins`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: test.url },
        body: JSON.stringify(ADMIN),
      })
      expect([201, 507]).toContain(signIn.status)
      const stopped = await test.request('DELETE', `/api/sessions/${id}/turns/current`)
      expect([202, 404]).toContain(stopped.status)
      await until(async () => (await processesOf(test)).length === 0)

      await runProcess('rm', ['-f', filler, `${filler}2`], { env })
      await endOf(test, id, turn_id)
      expect((await test.events(id)).slice(0, before.length)).toEqual(before)
      const next = await test.prompt(id, 'And now?')
      expect(await endOf(test, id, next.turn_id)).toMatchObject({ outcome: 'success' })
      expect(await test.command(['verify'])).toMatchObject({ exitCode: 0 })
    })
  },
)
