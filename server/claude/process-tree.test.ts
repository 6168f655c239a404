import { once } from 'node:events'
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { startProcess } from '../child-process.ts'
import { readEnvironment } from '../environment.ts'
import {
  findFamily,
  identify,
  isRunning,
  listProcesses,
  PROCESS_MARKER,
  type ProcessIdentity,
} from './process-table.ts'
import { endProcessTree } from './process-tree.ts'

const PATH = readEnvironment().inherited.PATH ?? ''

/** Starts a shell that carries a marker; resolves when it has said that it is ready. */
async function startTree(script: string) {
  const marker = crypto.randomUUID()
  const env = { PATH, [PROCESS_MARKER]: marker }
  const child = startProcess('sh', ['-c', `${script}\necho ready; wait; sleep 300`], {
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
  })
  if (child.stdout) await once(child.stdout, 'data')
  const root = (await identify(child.pid ?? 0)) as ProcessIdentity
  return { marker, root }
}

it('endProcessTree() ends children that were put aside when their root is known', async () => {
  const { marker, root } = await startTree(
    'sleep 300 & nohup sleep 300 >/dev/null & setsid sleep 300 & setsid env -i sleep 300 &',
  )
  await expect.poll(async () => (await findFamily(root, marker)).length).toBe(5)
  expect(await endProcessTree(root, marker, { graceMs: 500 })).toEqual([])
  expect(await findFamily(root, marker)).toEqual([])
})

it('endProcessTree() ends all that carry the marker when the root is not known', async () => {
  const { marker, root } = await startTree('setsid sleep 300 &')
  await expect.poll(async () => (await findFamily(root, marker)).length).toBe(2)
  const family = await findFamily(root, marker)
  expect(await endProcessTree(null, marker)).toEqual([])
  // Asked of the kernel, and not of what is tried here.
  const left = (await listProcesses()).filter(
    ({ pid, zombie }) => !zombie && family.some((one) => one.pid === pid),
  )
  for (const { pid } of left) process.kill(pid, 'SIGKILL')
  expect(left).toEqual([])
})

it('endProcessTree() kills what ignores TERM', async () => {
  const { marker, root } = await startTree("trap '' TERM")
  expect(await endProcessTree(root, marker, { graceMs: 100 })).toEqual([])
  expect(await isRunning(root)).toBe(false)
})

it('endProcessTree() ends a root that is stopped', async () => {
  const { marker, root } = await startTree('true')
  process.kill(root.pid, 'SIGSTOP')
  expect(await endProcessTree(root, marker, { graceMs: 200 })).toEqual([])
  expect(await isRunning(root)).toBe(false)
})

it('endProcessTree() leaves a stranger alone when the pid was used again', async () => {
  const { marker, root } = await startTree('true')
  const earlier = { ...root, startTime: '1' }
  expect(await endProcessTree(earlier, crypto.randomUUID(), { graceMs: 100 })).toEqual([])
  expect(await isRunning(root)).toBe(true)
  expect(await isRunning(earlier)).toBe(false)
  expect(await isRunning({ ...root, bootId: 'another' })).toBe(false)
  await endProcessTree(root, marker, { graceMs: 0 })
})

it('identify() knows this process, and none that is not there', async () => {
  expect(await identify(process.pid)).toMatchObject({ pid: process.pid })
  expect(await identify(4_194_304)).toBeNull()
})

it('listProcesses() reads a process whose name looks like the fields behind it', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'breakglass-names-'))
  const program = join(directory, 'a) R 1 (b')
  symlinkSync('/bin/sleep', program)
  const child = startProcess(program, ['300'], { env: { PATH }, stdio: 'ignore' })
  await once(child, 'spawn')
  const found = (await listProcesses()).find(({ pid }) => pid === child.pid)
  expect(found).toMatchObject({ parent: process.pid, command: `${program} 300`, zombie: false })
  child.kill('SIGKILL')
  rmSync(directory, { recursive: true })
})
