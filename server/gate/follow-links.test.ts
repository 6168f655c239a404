// Symbolic links in a workspace: a call is judged by where they lead.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { followLinks } from './follow-links.ts'
import { createPolicyEngine } from './policy/engine.ts'
import { policySchema } from './policy/policy-file.ts'

let home: string
let workspace: string
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'breakglass-links-'))
  workspace = join(home, 'workspace')
  mkdirSync(join(workspace, 'inside'), { recursive: true })
  symlinkSync('/etc', join(workspace, 'out'))
  symlinkSync('/srv/not-there', join(workspace, 'dangling'))
  symlinkSync('inside', join(workspace, 'within'))
  symlinkSync('out/ssh', join(workspace, 'twice'))
  symlinkSync('round', join(workspace, 'round'))
})
afterAll(() => rmSync(home, { recursive: true }))

const engine = createPolicyEngine(policySchema.parse({}))
const judge = (tool_name: string, input: Record<string, unknown>) =>
  engine.judge({ tool_name, input }, { workspace, cwd: workspace, followLinks })

it.each([
  ['Write', { file_path: 'out/passwd' }, 'overwrites'],
  ['Write', { file_path: 'dangling' }, 'overwrites'],
  ['Edit', { file_path: 'twice/sshd_config' }, 'ways-in'],
  ['Read', { file_path: 'out/shadow' }, 'secret-files'],
  ['Bash', { command: 'echo x > out/passwd' }, 'overwrites'],
  ['Bash', { command: 'cd out && rm -rf nginx' }, 'deletes'],
  ['Bash', { command: 'rm -rf out/*' }, 'system-wiper'],
  ['Bash', { command: 'find out/ -delete' }, 'system-wiper'],
])('followLinks() makes a %s of %j count where it leads', (tool, input, rule) => {
  expect(judge(tool, input).rule).toBe(rule)
})

it.each([
  ['Write', { file_path: 'within/a.txt' }],
  ['Bash', { command: 'rm out dangling; mv twice other' }],
  ['Bash', { command: 'echo x > round' }],
  ['Write', { file_path: 'new/deep/a.txt' }],
])('followLinks() leaves a %s of %j the session’s own', (tool, input) => {
  expect(judge(tool, input)).toMatchObject({ verdict: 'allow', rule: 'workspace' })
})
