import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { findFamily } from '../claude/process-table.ts'
import { endProcessTree } from '../claude/process-tree.ts'
import { readEnvironment } from '../environment.ts'
import { createOutput } from './output.ts'
import { runCommand } from './run-command.ts'

const home = mkdtempSync(join(tmpdir(), 'breakglass-command-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

function run(
  argv: string[],
  more: { timeoutMs?: number; stop?: AbortSignal; onLive?: (data: string) => void } = {},
) {
  const id = crypto.randomUUID()
  const output = createOutput(id, join(home, id))
  const ended = runCommand({
    ...{ id, argv, cwd: home, env: { PATH: readEnvironment().inherited.PATH ?? '' }, output },
    ...{
      endTree: endProcessTree,
      timeoutMs: 60_000,
      stop: new AbortController().signal,
      onStarted() {},
      onLive() {},
    },
    ...more,
  })
  return ended.then((end) => ({ id, ...end, ...output.end() }))
}

describe('runCommand()', () => {
  it('runCommand() gives each argument as it is, with both outputs in order', async () => {
    const told = await run(['printf', '%s|', '$HOME', '; id', '*', ''])
    expect(told).toMatchObject({ exitCode: 0, output: '$HOME|; id|*||', ended: null })
    const both = await run(['sh', '-c', 'echo one; echo two >&2; exit 7'])
    expect(both).toMatchObject({ exitCode: 7, output: 'one\ntwo\n' })
  })

  it('runCommand() says why a program can’t be started', async () => {
    expect(await run(['no-such-program'])).toMatchObject({
      exitCode: null,
      notStarted: expect.stringContaining("The program no-such-program can't be started"),
    })
  })

  it('runCommand() tells what is written while it runs', async () => {
    const stop = new AbortController()
    const told: string[] = []
    const end = await run(['sh', '-c', 'echo first; exec sleep 60'], {
      stop: stop.signal,
      onLive(data) {
        told.push(data)
        stop.abort()
      },
    })
    expect(told.join('')).toBe('first\n')
    expect(end).toMatchObject({ ended: 'stopped', signal: 'SIGTERM', survivors: [] })
  })

  it('runCommand() ends the whole tree at its time-out, also what ignores TERM', async () => {
    const end = await run(['sh', '-c', 'trap "" TERM; (setsid sleep 61 &); sleep 62; sleep 63'], {
      timeoutMs: 300,
    })
    expect(end).toMatchObject({ ended: 'timeout', survivors: [] })
    expect(await findFamily(null, end.id)).toEqual([])
  })

  it('runCommand() leaves nothing behind after a command that ended by itself', async () => {
    const end = await run(['sh', '-c', 'setsid sleep 64 & echo done'])
    expect(end).toMatchObject({ exitCode: 0, output: 'done\n', ended: null })
    expect(await findFamily(null, end.id)).toEqual([])
  })

  it('runCommand() keeps the end in the record, the whole beside it, and counts what it throws away', async () => {
    const small = await run(['seq', '1', '20000'])
    expect(small).toMatchObject({ truncated: true, output_id: small.id, output_bytes: 108_894 })
    expect(small.output.endsWith('\n19999\n20000\n')).toBe(true)
    expect(small.output.length).toBe(32 * 1024)
    expect(readFileSync(join(home, small.id), 'utf8').split('\n')).toHaveLength(20_001)
    const large = await run(['head', '-c', '20000000', '/dev/zero'])
    expect(large).toMatchObject({ output_bytes: 16 * 1024 ** 2, dropped_bytes: 20_000_000 - 16 * 1024 ** 2 })
  })
})
