// What an answer is worth when something has changed since the question: the policy, or who has answered before.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { createGate } from './gate.ts'
import { createGateFixture } from './gate-fixture.ts'
import { createPolicyEngine } from './policy/engine.ts'
import { policySchema } from './policy/policy-file.ts'

const directory = mkdtempSync(join(tmpdir(), 'breakglass-answers-'))
afterAll(() => rmSync(directory, { recursive: true }))

const ANSWER = { decision: 'allow', scope: 'once', override: false } as const
const PEOPLE = { ana: 'operator', ben: 'operator', root: 'admin' } as const
const rule = (name: string, verdict: string) => ({ name, verdict, why: 'Frozen', match: { path: '/srv/**' } })

/** A gate under some rules, and a question that waits for an answer. */
function askUnder(...rules: object[]) {
  const { tables, operators, recorder } = createGateFixture(directory)
  for (const [name, role] of Object.entries(PEOPLE))
    operators.insert({ id: name, name, role, password_hash: '', created_at: '' })
  const engineOf = (all: object[]) => createPolicyEngine(policySchema.parse({ rules: all }))
  let engine = engineOf(rules)
  const gate = createGate({
    ...{ tables, recorder, timeoutMs: 60_000, directoryOf: () => '/w' },
    examine: (_, question) => engine.examine(question, { workspace: '/w', cwd: '/w' }),
  })
  const input = { command: 'rm -rf /srv/app' }
  const question = {
    subtype: 'can_use_tool' as const,
    request_id: 'r',
    tool_use_id: 'u',
    tool_name: 'Bash',
    input,
  }
  const { events, insert } = gate.judge({ sessionId: 's', turnId: 't', processId: 'p' }, [question])
  recorder.recordNow({ sessionId: 's', turnId: 't', events, also: insert })
  const id = gate.list('pending', null)[0]?.id ?? ''
  const answer = (name: keyof typeof PEOPLE, decision: 'allow' | 'deny' = 'allow') =>
    gate.decide(id, { ...ANSWER, decision }, { name, role: PEOPLE[name] })
  return {
    answer,
    operators,
    change(...changed: object[]) {
      engine = engineOf(changed)
    },
  }
}

it('decide() allows nothing that the policy says never to by now', () => {
  const { answer, change } = askUnder()
  change(rule('not-now', 'never'))
  expect(() => answer('ana')).toThrow('"not-now" (Frozen): deny it, or change the policy')
  expect(answer('ana', 'deny')).toMatchObject({ state: 'denied' })
})

it('decide() wants a second person where the policy does by now', () => {
  const { answer, change } = askUnder()
  change(rule('two', 'ask_two'))
  expect(answer('ana')).toMatchObject({ state: 'pending', needed: 2, session_scope: null })
  change()
  expect(() => answer('ana')).toThrow('a second person has to allow it too')
  expect(answer('ben')).toMatchObject({ state: 'allowed', operator: 'ben' })
})

it('decide() does not count an allowance of somebody who was locked since', () => {
  const { answer, operators } = askUnder(rule('two', 'ask_two'))
  answer('ana')
  operators.setLocked('ana', new Date().toISOString())
  expect(answer('ben')).toMatchObject({ state: 'pending', votes: [{ operator: 'ben' }] })
  expect(answer('root')).toMatchObject({ state: 'allowed', operator: 'root' })
})
