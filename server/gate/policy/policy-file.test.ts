// The file that an operator writes: what is taken, and what is said of mistakes.
import { expect, test } from 'vitest'
import { parseYaml, YamlFileError } from '../../yaml-file.ts'
import { createPolicyEngine } from './engine.ts'
import { policySchema } from './policy-file.ts'

const parsePolicy = (text: string, file: string) => parseYaml(text, file, policySchema)
const context = { workspace: '/w', cwd: '/w', dataDirectory: '/d' }
const judgeWith = (text: string, command: string, tool_name = 'Bash') =>
  createPolicyEngine(parsePolicy(text, 'policy.yaml')).judge({ tool_name, input: { command } }, context)

const ONE_RULE = `
rules:
  - name: our-cache
    verdict: allow
    axis: changes_state
    why: It fills itself again
    match: { act: [delete, delete-tree], path: /srv/app/cache/** }
`

test('parseYaml() takes an empty file as the built-in policy', () => {
  expect(parsePolicy('', 'policy.yaml')).toEqual({ default: 'builtin', rules: [] })
  expect(judgeWith('', 'rm -rf /')).toMatchObject({ verdict: 'never', rule: 'system-wiper' })
})

test.each([
  ['rules: [', /^policy\.yaml, line 1, column \d+: /],
  [
    'rules:\n  - name: Bad Name\n',
    /^policy\.yaml, line 2, column 11: rules\.0\.name: Use lower-case letters/m,
  ],
  ['rules:\n  - name: x\n    verdict: maybe\n', /^policy\.yaml, line 3, column 14: rules\.0\.verdict: /m],
  [
    'rules:\n  - name: x\n    verdict: ask\n    axis: reversible\n    why: y\n    match: {}\n',
    /line 6, column 12: rules\.0\.match: Say at least one thing/,
  ],
  [
    'rules:\n  - { name: x, verdict: ask, axis: reversible, why: y, match: { act: no-such } }\n',
    /line 2, column \d+: rules\.0\.match\.act\.0: /,
  ],
  [
    'rules:\n  - { name: x, verdict: ask, why: y, match: { path: here/x } }\n',
    /line 2, column \d+: rules\.0\.match\.path\.0: Begin with "\/"/,
  ],
  ['default: builtin\nsurprise: 1\n', /line 1, column 1: the whole: .*surprise/],
  [
    'a: &a [x]\nb: [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\n',
    /line 1, column 1: /,
  ],
])('parseYaml() names line and column of %j', (text, message) => {
  expect(() => parsePolicy(text, 'policy.yaml')).toThrow(YamlFileError)
  expect(() => parsePolicy(text, 'policy.yaml')).toThrow(message)
})

test('parseYaml() takes a rule that does not say how bad a thing is for the worst', () => {
  const text = 'rules: [{ name: x, verdict: ask, why: y, match: { program: nmcli } }]'
  expect(judgeWith(text, 'nmcli x')).toMatchObject({ rule: 'x', axis: 'irreversible' })
})

test('judge() lets the first rule that speaks of a thing decide, and the strictest thing the call', () => {
  expect(judgeWith(ONE_RULE, 'rm -rf /srv/app/cache/a')).toEqual({
    verdict: 'allow',
    axis: 'changes_state',
    rule: 'our-cache',
    reason: 'It fills itself again',
  })
  expect(judgeWith(ONE_RULE, 'rm -rf /srv/app/cache/a /srv/other')).toMatchObject({
    verdict: 'ask',
    rule: 'deletes',
  })
  expect(judgeWith(ONE_RULE, 'rm -rf /srv/app/cache/a; rm -rf /')).toMatchObject({ verdict: 'never' })
})

test('judge() lets no rule allow what only may fit it', () => {
  expect(judgeWith(ONE_RULE, 'rm -rf "/srv/app/cache/$x"')).toMatchObject({ verdict: 'ask' })
  expect(judgeWith(ONE_RULE, 'rm -rf /srv/app/cache/../x')).toMatchObject({ verdict: 'ask' })
  expect(judgeWith(ONE_RULE, 'rm -rf /srv/app/*/x')).toMatchObject({ verdict: 'ask' })
  expect(judgeWith(ONE_RULE, 'rm -rf /srv/app/cache/*.tmp')).toMatchObject({ verdict: 'allow' })
})

test('judge() lets a rule that refuses fit as soon as it may', () => {
  const rule = `
rules:
  - name: not-in-prod
    verdict: never
    axis: irreversible
    why: Nobody deletes in prod from here
    match: { program: kubectl, args: [prod, delete] }
  - { name: two, verdict: ask_two, axis: irreversible, why: Two look, match: { act: power } }
`
  expect(judgeWith(rule, 'kubectl -n prod delete pod x')).toMatchObject({
    verdict: 'never',
    rule: 'not-in-prod',
  })
  expect(judgeWith(rule, 'sudo sh -c "kubectl -n $NS delete pod x"')).toMatchObject({ verdict: 'never' })
  expect(judgeWith(rule, 'kubectl -n test delete pod x')).toMatchObject({
    verdict: 'ask',
    rule: 'cluster-removed',
  })
  expect(judgeWith(rule, 'ls; reboot')).toMatchObject({ verdict: 'ask_two', rule: 'two' })
})

test('judge() says allow or ask to everything when the policy says so, and keeps the axis', () => {
  expect(judgeWith('default: allow', 'rm -rf /')).toMatchObject({
    verdict: 'allow',
    axis: 'irreversible',
    rule: 'default-allow',
  })
  expect(judgeWith('default: ask', 'ls')).toMatchObject({
    verdict: 'ask',
    axis: 'reversible',
    rule: 'default-ask',
  })
})

test('judge() lets a rule speak of a tool', () => {
  const rule =
    'rules: [{ name: tickets, verdict: allow, axis: changes_state, why: Ours, match: { tool: mcp__tickets__* } }]'
  expect(judgeWith(rule, '', 'mcp__tickets__create')).toMatchObject({ verdict: 'allow', rule: 'tickets' })
  expect(judgeWith(rule, '', 'mcp__other__create')).toMatchObject({ verdict: 'ask', rule: 'unknown-tool' })
})

test('examine() says in words what was seen, through what, and which rule decided', () => {
  const engine = createPolicyEngine(parsePolicy('', 'policy.yaml'))
  const { lines } = engine.examine(
    { tool_name: 'Bash', input: { command: "sudo sh -c 'rm -rf /srv/app'" } },
    context,
  )
  expect(lines[0]).toBe('An operator decides by the rule “deletes”: What was there is gone')
  expect(lines[2]).toBe(
    '“rm -rf /srv/app”, seen through sudo → sh -c deletes with everything below /srv/app (ask, “deletes”)',
  )
})

test('judge() lets the session read the folders that are meant for it, and write only its own', () => {
  const engine = createPolicyEngine(parsePolicy('', 'policy.yaml'))
  const folders = { ...context, ownFolders: ['/d/s/tmp'], readableFolders: ['/d/s/outputs'] }
  const judge = (command: string) => engine.judge({ tool_name: 'Bash', input: { command } }, folders).verdict
  expect(judge('cat /d/s/outputs/x')).toBe('allow')
  expect(judge('echo > /d/s/outputs/x')).toBe('never')
  expect(judge('echo > /d/s/tmp/x')).toBe('allow')
  expect(judge('cat /d/breakglass.db')).toBe('ask')
})

test.each([
  'ping -c1 10.0.0.1',
  'dig @10.0.0.2 example.org',
  'psql -h 10.0.0.3 -c "select 1"',
  'psql "host=10.0.0.3 dbname=x" -l',
  'redis-cli -h 10.0.0.3 ping',
  'git clone ssh://git@10.0.0.4/x',
  'git fetch git@10.0.0.4:x',
  'kubectl --server https://10.0.0.5 get pods',
])('judge() sees the host of %s', (command) => {
  const text = 'rules: [{ name: not-there, verdict: never, why: y, match: { host: "10.0.0.*" } }]'
  expect(judgeWith(text, command).rule).toBe('not-there')
  expect(judgeWith('', command)).toMatchObject({ verdict: 'allow' })
})
