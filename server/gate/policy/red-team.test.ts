// Commands written to get past the policy, or to be stopped by it for nothing, after it was there. `⏎` is a line's end.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createPolicyEngine } from './engine.ts'
import { policySchema } from './policy-file.ts'

const data = '/var/lib/breakglass'
const context = {
  workspace: `${data}/sessions/s1/workspace`,
  cwd: `${data}/sessions/s1/workspace`,
  ownFolders: [`${data}/sessions/s1/temporary`],
  dataDirectory: data,
  consolePids: [777],
}
const engine = createPolicyEngine(policySchema.parse({}))

const cases = readFileSync(join(import.meta.dirname, 'red-team.txt'), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => {
    const at = line.indexOf(' :: ')
    return { expected: line.slice(0, at), command: line.slice(at + 4).replaceAll('⏎', '\n') }
  })

test('judge() is not got past by a way to write, wrap or hide a command', () => {
  expect(cases.length).toBeGreaterThan(400)
  const wrong = cases.filter(({ expected, command }) => {
    const { verdict, axis } = engine.judge({ tool_name: 'Bash', input: { command } }, context)
    return !`${verdict} ${axis}`.startsWith(expected)
  })
  expect(wrong).toEqual([])
})
