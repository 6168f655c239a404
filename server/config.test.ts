import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { readPolicy } from './config.ts'

const directory = mkdtempSync(join(tmpdir(), 'breakglass-config-'))
afterAll(() => rmSync(directory, { recursive: true }))

it.each([
  ['policy: { default: allow }\nlimits: { turn_minutes: 1 }\n', 'allow'],
  ['default: ask\n', 'ask'],
  ['', 'builtin'],
])('readPolicy() reads the policy of %j', (text, standard) => {
  const file = join(directory, 'policy.yaml')
  writeFileSync(file, text)
  expect(readPolicy(file)).toEqual({ default: standard, rules: [] })
})
