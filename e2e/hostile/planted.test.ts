// Trial 30: secrets that are planted are in no process's arguments, in no log, and in nothing that is built.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isTerminal } from '../../lib/event-checks.ts'
import { listProcesses } from '../../server/claude/process-table.ts'
import { ADMIN, ROOT, startTestConsole, type TestConsole } from '../support/console.ts'
import { sized } from '../support/size.ts'
import { makeScratch } from './scratch.ts'

const KEY = 'sk-ant-planted-0123456789abcdef'

describe('a planted secret', () => {
  let test: TestConsole
  beforeAll(async () => {
    test = await startTestConsole({ env: { ANTHROPIC_API_KEY: KEY } })
  })
  afterAll(() => test.close())

  it('is in the arguments of no process while turns run, and in no log', async () => {
    const turns = await Promise.all(
      (['print', 'tui'] as const).map(async (driver) => {
        const { id } = await test.openSession('several-tools', { driver })
        return { id, ...(await test.prompt(id, 'Go')) }
      }),
    )
    const body = JSON.stringify(ADMIN)
    const headers = { 'content-type': 'application/json', origin: test.url }
    expect((await fetch(`${test.url}/api/logins`, { method: 'POST', headers, body })).status).toBe(201)
    const commands = new Set<string>()
    for (const { id, turn_id } of turns) {
      const hasEnded = async () =>
        (await test.events(id)).some((event) => event.turn_id === turn_id && isTerminal(event))
      do for (const { command } of await listProcesses()) commands.add(command)
      while (!(await hasEnded()))
    }
    const seen = [...commands].join('\n')
    expect(seen).toMatch(/claude/)
    for (const secret of [KEY, ADMIN.password, test.token]) {
      expect(seen).not.toContain(secret)
      expect(test.output()).not.toContain(secret)
      expect(filesWith(secret, join(test.data, 'console.log'))).toEqual([])
    }
  })

  it.each(sized([] as const, ['the bundle'] as const))('of whoever builds it is not in %s', async () => {
    const scratch = await makeScratch(ROOT)
    try {
      await scratch.build({ ANTHROPIC_API_KEY: KEY })
      expect(filesWith(KEY, join(scratch.path, '.build'))).toEqual([])
      expect(filesWith('breakglass', join(scratch.path, '.build')).length).toBeGreaterThan(10)
    } finally {
      scratch.remove()
    }
  })
})

/** The files, also in folders, that hold the words. */
function filesWith(words: string, path: string): string[] {
  if (statSync(path).isDirectory())
    return readdirSync(path).flatMap((name) => filesWith(words, join(path, name)))
  return readFileSync(path).includes(words) ? [path] : []
}
