import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, it } from 'vitest'
import type { BodyOf } from '../../lib/events.ts'
import { createKeptOutputs, type KeptOutputs, keptOutputPath } from './kept-outputs.ts'

const home = mkdtempSync(join(tmpdir(), 'breakglass-kept-'))
afterAll(() => rmSync(home, { recursive: true }))

let kept: string
let temporary: string
let tasks: string
beforeEach(() => {
  const root = join(home, crypto.randomUUID())
  kept = join(root, 'outputs')
  temporary = join(root, 'tmp')
  tasks = join(temporary, 'claude-0', '-slug', 'session', 'tasks')
  mkdirSync(tasks, { recursive: true })
})

const write = (task: string, text: string) => appendFileSync(join(tasks, `${task}.output`), text)
const output = (tool_use_id: string, text: string): BodyOf<'tool'> => ({
  ...{ kind: 'tool', tool_use_id, phase: 'output', output: text, is_error: false },
})
/** What is shown until something of a call is. */
async function progressOf(outputs: KeptOutputs, toolUseId: string): Promise<string> {
  let data = ''
  await expect
    .poll(() => {
      data += outputs
        .progress()
        .filter((each) => each.tool_use_id === toolUseId)
        .map((each) => each.data)
        .join('')
      return data
    })
    .not.toBe('')
  return data
}

it('progress() shows what a command that was allowed writes, and settle() forgets what the record holds', async () => {
  write('earlier', 'of another command\n')
  const outputs = createKeptOutputs(kept, temporary, () => undefined)
  outputs.allowed('one')
  write('a', 'first\n')
  expect(await progressOf(outputs, 'one')).toBe('first\n')
  write('a', 'second\n')
  expect(outputs.progress()).toMatchObject([{ tool_use_id: 'one', phase: 'progress', data: 'second\n' }])
  const event = output('one', 'first\nsecond')
  expect(outputs.settle(event, undefined)).toEqual(event)
  expect(() => readFileSync(keptOutputPath(kept, 'one'))).toThrow('ENOENT')
  outputs.close()
})

it('settle() keeps the whole where the record holds a part, also after the CLI has removed its file', async () => {
  const outputs = createKeptOutputs(kept, temporary, () => undefined)
  outputs.allowed('big')
  write('b', 'x'.repeat(50_000))
  await progressOf(outputs, 'big')
  rmSync(join(tasks, 'b.output'))
  expect(outputs.settle(output('big', 'x'.repeat(10_000)), undefined)).toMatchObject({
    truncated: true,
    output_bytes: 50_000,
  })
  expect(readFileSync(keptOutputPath(kept, 'big'))).toHaveLength(50_000)
  outputs.close()
})

it('settle() keeps the file that the CLI has persisted', () => {
  const outputs = createKeptOutputs(kept, temporary, () => undefined)
  const path = join(temporary, 'persisted.txt')
  writeFileSync(path, 'whole output')
  const event = outputs.settle(output('u', 'whole'), { path, size: 12 })
  expect(event).toMatchObject({ truncated: true, output_bytes: 12 })
  rmSync(path)
  expect(String(readFileSync(keptOutputPath(kept, 'u')))).toBe('whole output')
})

it('resume() shows the end of what an earlier console had found again, and goes on', async () => {
  const first = createKeptOutputs(kept, temporary, () => undefined)
  first.allowed('long')
  write('c', 'shown then\n')
  await progressOf(first, 'long')
  first.close()
  const second = createKeptOutputs(kept, temporary, () => undefined)
  second.resume(['long'])
  expect(second.progress()).toMatchObject([{ tool_use_id: 'long', data: 'shown then\n', tail: true }])
  write('c', 'shown now\n')
  expect(second.progress()).toEqual([
    { kind: 'tool', tool_use_id: 'long', phase: 'progress', data: 'shown now\n' },
  ])
  second.close()
})

it('keptOutputPath() stays in its directory whatever the id', () => {
  for (const id of ['../../etc/passwd', '/etc/passwd', 'a/b', '', '.', 'x'.repeat(500)]) {
    expect(keptOutputPath('/kept', id)).toMatch(/^\/kept\/[0-9a-f]{64}$/)
  }
})
