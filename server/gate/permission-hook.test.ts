import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import type { Decision } from '../drivers/driver.ts'
import { type HookCall, type PermissionHook, startPermissionHook } from './permission-hook.ts'

let hook: PermissionHook
const asked: HookCall[] = []
afterEach(async () => {
  asked.length = 0
  await hook.close()
})

async function start(decide: (call: HookCall, gone: AbortSignal) => Promise<Decision>) {
  hook = await startPermissionHook((call, gone) => {
    asked.push(call)
    return decide(call, gone)
  })
}

const call = { tool_name: 'Bash', tool_input: { command: 'ls' } }
const first = { hook_event_name: 'PreToolUse', tool_use_id: 't1', ...call }
const second = { hook_event_name: 'PermissionRequest', ...call }

async function post(body: unknown, headers: Record<string, string> = {}, signal?: AbortSignal) {
  const response = await fetch(hook.url, {
    method: 'POST',
    headers: { authorization: `Bearer ${hook.secret}`, 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...(signal ? { signal } : {}),
  })
  return { status: response.status, text: await response.text() }
}

const ALLOW = {
  hookSpecificOutput: { hookEventName: 'PermissionRequest', decision: { behavior: 'allow' } },
}

test('startPermissionHook() allows the second question once when the first was allowed', async () => {
  await start(async () => ({ behavior: 'allow' }))
  expect(await post(second)).toEqual({ status: 200, text: '{}' })
  expect(await post(first)).toEqual({ status: 200, text: '{}' })
  expect(asked).toEqual([{ tool_use_id: 't1', tool_name: 'Bash', input: { command: 'ls' }, agent_id: null }])
  expect((await post({ ...second, tool_input: { command: 'rm' } })).text).toBe('{}')
  expect((await post({ ...second, agent_id: 'a1' })).text).toBe('{}')
  expect(JSON.parse((await post(second)).text)).toEqual(ALLOW)
  expect((await post(second)).text).toBe('{}')
})

test('startPermissionHook() denies with the reason, and the second question is not allowed', async () => {
  await start(async () => ({ behavior: 'deny', message: 'No' }))
  expect(JSON.parse((await post(first)).text)).toEqual({
    hookSpecificOutput: {
      hookEventName: 'PreToolUse',
      permissionDecision: 'deny',
      permissionDecisionReason: 'No',
    },
  })
  expect((await post(second)).text).toBe('{}')
})

test('startPermissionHook() allows two equal calls twice', async () => {
  await start(async () => ({ behavior: 'allow' }))
  await post(first)
  await post({ ...first, tool_use_id: 't2' })
  for (let count = 0; count < 2; count++) expect(JSON.parse((await post(second)).text)).toEqual(ALLOW)
  expect((await post(second)).text).toBe('{}')
})

test('startPermissionHook() tells nothing of a call that nobody may ask about', async () => {
  await start(async () => ({ behavior: 'allow' }))
  const deep = JSON.parse(`${'{"a":'.repeat(300)}1${'}'.repeat(300)}`)
  expect((await post(first, { authorization: 'Bearer guess' })).status).toBe(403)
  expect((await fetch(hook.url)).status).toBe(403)
  for (const body of ['}{', '[]', {}, { ...first, tool_use_id: 7 }, { ...first, tool_input: deep }])
    expect((await post(body)).status).toBe(400)
  expect(asked).toEqual([])
})

test('startPermissionHook() says when the CLI no longer waits, and allows nothing afterwards', async () => {
  const events: string[] = []
  await start(async (_, gone) => {
    gone.addEventListener('abort', () => events.push('gone'))
    await sleep(200)
    return { behavior: 'allow' }
  })
  const leave = new AbortController()
  const answer = post(first, {}, leave.signal).catch(() => 'left')
  await expect.poll(() => asked.length).toBe(1)
  leave.abort()
  expect(await answer).toBe('left')
  await expect.poll(() => events).toEqual(['gone'])
  await sleep(250)
  expect((await post(second)).text).toBe('{}')
})
