import { appendFileSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { followTranscript, type TranscriptFollower } from './transcript-follow.ts'

let directory = ''
let path = ''
let follower: TranscriptFollower
const at = (second: number) => `2026-01-01T00:00:${String(second).padStart(2, '0')}.000Z`
const record = (uuid: string, second: number) =>
  `${JSON.stringify({ type: 'user', uuid, timestamp: at(second) })}\n`
const read = () => follower.read().map(({ record, agentId }) => [record.uuid, agentId])

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'breakglass-follow-'))
  path = join(directory, 'id.jsonl')
})
afterEach(() => {
  follower.close()
  rmSync(directory, { recursive: true, force: true })
})

function follow(from = 0, sinceMs = 0, onGrowth = () => {}) {
  follower = followTranscript({ path, from, sinceMs, onGrowth })
}

test('read() gives what was written since when the file comes into being and grows', () => {
  follow()
  expect(read()).toEqual([])
  writeFileSync(path, record('a', 1) + record('b', 2))
  expect(read()).toEqual([
    ['a', null],
    ['b', null],
  ])
  appendFileSync(path, record('c', 3))
  expect(read()).toEqual([['c', null]])
  expect(read()).toEqual([])
})

test('read() waits for the rest of a line when it is half-written, and passes over what is no JSON', () => {
  follow()
  const line = record('ä✓', 1)
  const bytes = Buffer.from(line)
  for (const byte of bytes.subarray(0, -1)) {
    appendFileSync(path, Buffer.of(byte))
    expect(read()).toEqual([])
  }
  appendFileSync(path, `\nno json\n{"type":"mode"}\n${record('b', 2)}`)
  expect(read()).toEqual([
    ['ä✓', null],
    ['b', null],
  ])
})

test('read() begins at the offset, and repeats nothing when the file is replaced or cut', () => {
  writeFileSync(path, record('old', 1))
  follow(record('old', 1).length, Date.parse(at(2)))
  appendFileSync(path, record('a', 3))
  expect(read()).toEqual([['a', null]])
  rmSync(path)
  writeFileSync(path, record('old', 1) + record('a', 3) + record('b', 4))
  expect(read()).toEqual([['b', null]])
  truncateSync(path, 0)
  expect(read()).toEqual([])
  appendFileSync(path, record('c', 5))
  expect(read()).toEqual([['c', null]])
})

test("read() puts subagents' records where they belong in time, and parentOf() knows their call", () => {
  follow()
  writeFileSync(path, record('call', 1) + record('output', 5))
  const agents = join(directory, 'id', 'subagents')
  mkdirSync(agents, { recursive: true })
  writeFileSync(join(agents, 'agent-x1.jsonl'), record('prompt', 2) + record('answer', 4))
  expect(follower.parentOf('x1')).toBeNull()
  writeFileSync(join(agents, 'agent-x1.meta.json'), JSON.stringify({ toolUseId: 'toolu_1', spawnDepth: 1 }))
  expect(follower.parentOf('x1')).toBe('toolu_1')
  expect(follower.parentOf('../../x1')).toBe('toolu_1')
  expect(read()).toEqual([
    ['call', null],
    ['prompt', 'x1'],
    ['answer', 'x1'],
    ['output', null],
  ])
})

test('followTranscript() calls when the file grows', async () => {
  let calls = 0
  follow(0, 0, () => {
    calls++
  })
  writeFileSync(path, record('a', 1))
  await expect.poll(() => calls).toBeGreaterThan(0)
})
