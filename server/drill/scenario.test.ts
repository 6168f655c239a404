import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { listScenarios, loadScenario, parseScenario, ScenarioError } from './scenario.ts'

const problem = (text: string) => {
  try {
    parseScenario(text, 'x.yaml')
  } catch (error) {
    if (error instanceof ScenarioError) return error.message
  }
  return 'no error'
}

test('parseScenario() names line and column when the YAML is broken', () => {
  expect(problem('title: a\nturns: [\n')).toMatch(/^x\.yaml:\d+:\d+: /)
})

test('parseScenario() names the place when a field is unknown', () => {
  expect(problem('title: a\nturns:\n  - steps:\n      - say: hi\n        pause: 3\n')).toBe(
    'x.yaml:4:9: turns.0.steps.0: Unrecognized key: "pause"',
  )
})

test('parseScenario() names the place when a value is of the wrong type', () => {
  expect(problem('title: a\nturns:\n  - steps:\n      - say: hi\n        delay_ms: soon\n')).toMatch(
    /^x\.yaml:5:19: turns\.0\.steps\.0\.delay_ms: /,
  )
})

test('parseScenario() names the place when a block is none of the three', () => {
  expect(problem('title: a\nturns:\n  - steps:\n      - blocks:\n          - txt: hi\n')).toBe(
    'x.yaml:5:13: turns.0.steps.0.blocks.0: Expected {text}, {thinking} or {tool, input}',
  )
})

test('parseScenario() names the place when an expression does not compile', () => {
  expect(problem('title: a\nturns:\n  - when: "("\n    steps: [{ say: hi }]\n')).toBe(
    'x.yaml:3:11: turns.0.when: Expected a regular expression',
  )
})

test('parseScenario() refuses a step that has both say and blocks, and one that has nothing', () => {
  expect(problem('title: a\nturns: [{ steps: [{ say: a, blocks: [{ text: b }] }] }]')).toContain('not both')
  expect(problem('title: a\nturns: [{ steps: [{ delay_ms: 1 }] }]')).toContain('Expected "say", "blocks"')
})

test('loadScenario() finds files and folders, reads a changed file again, and refuses paths', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'scenarios-'))
  await writeFile(join(directory, 'a.yaml'), 'title: first\n')
  expect((await loadScenario(directory, 'a')).title).toBe('first')
  await writeFile(join(directory, 'a.yaml'), 'title: the second\n')
  expect((await loadScenario(directory, 'a')).title).toBe('the second')
  expect(await listScenarios(directory)).toEqual(['a'])
  await expect(loadScenario(directory, 'b')).rejects.toThrow(/No scenario "b" in .*add "b.yaml"/)
  await expect(loadScenario(directory, '../a')).rejects.toThrow(ScenarioError)
})

test.each([
  ['server/drill/scenarios', 3],
  ['e2e/scenarios', 20],
])('loadScenario() accepts every scenario in %s', async (directory, atLeast) => {
  const names = await listScenarios(directory)
  expect(names.length).toBeGreaterThanOrEqual(atLeast)
  for (const name of names) expect((await loadScenario(directory, name)).title).not.toBe('')
})
