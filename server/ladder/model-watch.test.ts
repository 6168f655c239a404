import { expect, it } from 'vitest'
import type { EventBody } from '../../lib/events.ts'
import { createModelWatch } from './model-watch.ts'

const OPENED: EventBody = {
  ...{
    kind: 'session',
    session_id: 's',
    model: 'm',
    cwd: '/',
    tools: [],
    claude_version: '1',
    resumed: false,
  },
}
const retry = (error_status?: number): EventBody => ({
  ...{ kind: 'control', action: 'retrying', operator: 'claude' },
  ...(error_status === undefined ? {} : { error_status }),
})
const call: EventBody = { kind: 'tool', tool_use_id: 't', phase: 'call', name: 'Bash', input: {} }
const output: EventBody = { kind: 'tool', tool_use_id: 't', phase: 'output', output: '', is_error: false }

it('trouble() is null until the CLI has opened, however long that takes', () => {
  const watch = createModelWatch(20_000)
  expect(watch.trouble(1e9)).toBeNull()
  watch.take(OPENED, 1e9)
  expect(watch.trouble(1e9 + 19_000)).toBeNull()
  expect(watch.trouble(1e9 + 20_000)).toMatchObject({ failure: 'silent', lasting: true })
})

it('trouble() tells of failed tries, and of patience at its end', () => {
  const watch = createModelWatch(20_000)
  watch.take(OPENED, 0)
  for (const at of [1_000, 2_000, 4_000]) watch.take(retry(529), at)
  expect(watch.trouble(4_000)).toBeNull()
  watch.take(retry(529), 8_000)
  expect(watch.trouble(8_000)).toEqual({
    failure: 'overloaded',
    why: 'is overloaded (4 tries)',
    lasting: false,
  })
  expect(watch.trouble(21_000)).toMatchObject({ lasting: true })
})

it('trouble() forgets what was when the model says something', () => {
  const watch = createModelWatch(20_000)
  watch.take(OPENED, 0)
  for (let tries = 0; tries < 9; tries++) watch.take(retry(), tries)
  watch.take({ kind: 'text', text: 'a', message_id: 'm', partial: true }, 30_000)
  expect(watch.trouble(30_000)).toBeNull()
})

it('trouble() is null while a call runs or waits for an operator', () => {
  const watch = createModelWatch(20_000)
  watch.take(OPENED, 0)
  watch.take(call, 1_000)
  expect(watch.trouble(600_000)).toBeNull()
  watch.take(output, 600_000)
  expect(watch.trouble(610_000)).toBeNull()
  expect(watch.trouble(620_000)).toMatchObject({ failure: 'silent' })
})

it('trouble() goes on for a turn that is taken up again, but for the calls that run in it', () => {
  const watch = createModelWatch(20_000)
  watch.resume(['t'], 0)
  expect(watch.trouble(60_000)).toBeNull()
  watch.take(output, 60_000)
  expect(watch.trouble(80_000)).toMatchObject({ failure: 'silent' })
})
