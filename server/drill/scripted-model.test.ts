import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { REQUESTS_KEPT, type ScriptedModel, startScriptedModel } from './scripted-model.ts'

const SCENARIOS = {
  plain: 'title: t\nturns: [{ steps: [{ say: "Hello 🧯 there" }] }]',
  tool: `
title: t
turns:
  - steps:
      - blocks: [{ thinking: hm }, { text: now }, { tool: Bash, input: { command: ls } }, { tool: Read, input: {} }]
        pace: { characters: 2, every_ms: 1 }`,
  busy: 'title: t\nturns: [{ steps: [{ say: ok, error: { status: 529, type: overloaded_error, message: Overloaded, times: 2 } }] }]',
  denied:
    'title: t\nturns: [{ steps: [{ error: { status: 401, type: authentication_error, message: no } }] }]',
  limited:
    'title: t\nturns: [{ steps: [{ error: { status: 429, type: rate_limit_error, message: slow, retry_after: 7, should_retry: false } }] }]',
  cut: 'title: t\nturns: [{ steps: [{ say: 0123456789, cut: { after_characters: 4 } }] }]'.replace(
    '0123456789',
    '"0123456789"',
  ),
  hang: 'title: t\nturns: [{ steps: [{ hang: true }] }]',
  wrong: 'title: t\nturns: 3',
}

let model: ScriptedModel
beforeAll(async () => {
  const scenarios = await mkdtemp(join(tmpdir(), 'scenarios-'))
  for (const [name, text] of Object.entries(SCENARIOS)) await writeFile(join(scenarios, `${name}.yaml`), text)
  model = await startScriptedModel({ scenarios, fallbackScenario: 'plain' })
})
afterAll(() => model.close())

const ask = (name: string, more: object = {}) =>
  fetch(`${model.url}/v1/messages?beta=true`, {
    method: 'POST',
    body: JSON.stringify({
      model: name,
      stream: true,
      tools: [{}],
      messages: [{ role: 'user', content: 'go' }],
      ...more,
    }),
  })

type Frame = {
  type: string
  index?: number
  delta?: Record<string, unknown>
  content_block?: Record<string, unknown>
}

async function frames(response: Response): Promise<Frame[]> {
  const events = (await response.text()).split('\n\n').filter((event) => event.startsWith('event: '))
  return events.map((event) => {
    const [, name, data] = /^event: (\w+)\ndata: (.*)$/.exec(event) ?? []
    const frame: Frame = JSON.parse(data ?? '')
    expect(frame.type).toBe(name)
    return frame
  })
}

test('the scripted model streams the events of the Messages API in their order', async () => {
  const response = await ask('drill-plain')
  expect(response.headers.get('content-type')).toContain('text/event-stream')
  expect((await frames(response)).map(({ type }) => type)).toEqual([
    'message_start',
    'ping',
    'content_block_start',
    'content_block_delta',
    'content_block_stop',
    'message_delta',
    'message_stop',
  ])
})

test('the scripted model streams thinking with its signature, text, and tool inputs in pieces', async () => {
  const all = await frames(await ask('drill-tool'))
  const deltas = all.flatMap(({ delta }) => (delta ? [delta] : []))
  const joined = (key: string) => deltas.map((delta) => delta[key] ?? '').join('')
  expect(joined('thinking')).toBe('hm')
  expect(joined('text')).toBe('now')
  expect(joined('partial_json')).toBe('{"command":"ls"}{}')
  expect(joined('signature')).not.toBe('')
  expect(deltas.at(-1)?.stop_reason).toBe('tool_use')
  const tools = all.flatMap(({ content_block }) =>
    content_block?.type === 'tool_use' ? [content_block] : [],
  )
  expect(tools.map(({ name }) => name)).toEqual(['Bash', 'Read'])
  expect(new Set(tools.map(({ id }) => id)).size).toBe(2)
})

test('the scripted model answers with one body when no stream is asked for', async () => {
  const body = await (await ask('drill-tool', { stream: false })).json()
  expect(body).toMatchObject({
    type: 'message',
    role: 'assistant',
    model: 'drill-tool',
    stop_reason: 'tool_use',
  })
  expect(body.content.map(({ type }: { type: string }) => type)).toEqual([
    'thinking',
    'text',
    'tool_use',
    'tool_use',
  ])
  expect(body.usage.output_tokens).toBeGreaterThan(0)
})

test('the scripted model fails as often as the scenario says, then answers', async () => {
  const attempts = [await ask('drill-busy'), await ask('drill-busy'), await ask('drill-busy')]
  expect(attempts.map(({ status }) => status)).toEqual([529, 529, 200])
  expect(await attempts[0]?.json()).toEqual({
    type: 'error',
    error: { type: 'overloaded_error', message: 'Overloaded' },
  })
})

test('the scripted model fails every time when the scenario names no number', async () => {
  expect([(await ask('drill-denied')).status, (await ask('drill-denied')).status]).toEqual([401, 401])
  const limited = await ask('drill-limited')
  expect([limited.status, limited.headers.get('retry-after'), limited.headers.get('x-should-retry')]).toEqual(
    [429, '7', 'false'],
  )
})

test('the scripted model destroys the socket in mid-answer, and answers whole when it is asked again', async () => {
  const response = await ask('drill-cut')
  const decoder = new TextDecoder()
  let seen = ''
  await expect(
    (async () => {
      for await (const chunk of response.body ?? []) seen += decoder.decode(chunk)
    })(),
  ).rejects.toThrow()
  expect(seen).toContain('"0123"')
  expect(seen).not.toContain('message_stop')
  expect(await (await ask('drill-cut')).text()).toContain('0123456789')
})

test('the scripted model never answers when the scenario hangs, and closes nevertheless', async () => {
  const own = await startScriptedModel({ scenarios: await mkdtemp(join(tmpdir(), 'scenarios-')) })
  await own.close()
  const aborted = new AbortController()
  const pending = fetch(`${model.url}/v1/messages`, {
    method: 'POST',
    signal: aborted.signal,
    body: JSON.stringify({ model: 'drill-hang', tools: [{}], messages: [{ role: 'user', content: 'go' }] }),
  })
  await ask('drill-plain')
  aborted.abort()
  await expect(pending).rejects.toThrow()
})

test('the scripted model plays the fallback for other models, and says what is wrong with a scenario', async () => {
  expect(await (await ask('claude-other', { stream: false })).text()).toContain('Hello 🧯 there')
  const wrong = await ask('drill-wrong')
  expect(wrong.status).toBe(400)
  expect(await wrong.text()).toContain('wrong.yaml:2:8: turns')
  expect((await ask('drill-absent')).status).toBe(400)
})

test('the scripted model answers the probe, the token count and the list of models, and nothing else', async () => {
  expect((await fetch(model.url, { method: 'HEAD' })).status).toBe(200)
  const count = await fetch(`${model.url}/v1/messages/count_tokens`, { method: 'POST', body: '{}' })
  expect(await count.json()).toEqual({ input_tokens: 1 })
  const models = await (await fetch(`${model.url}/v1/models`)).json()
  expect(models.data.map(({ id }: { id: string }) => id)).toContain('drill-plain')
  expect((await fetch(`${model.url}/elsewhere`)).status).toBe(404)
  expect((await fetch(`${model.url}/v1/messages`, { method: 'POST', body: 'no json' })).status).toBe(400)
})

test('the scripted model keeps the newest requests when there are many', async () => {
  for (let index = 0; index < REQUESTS_KEPT + 3; index++) await ask(`drill-plain`, { metadata: index })
  expect(model.requests).toHaveLength(REQUESTS_KEPT)
  expect(model.requests.at(-1)).toMatchObject({ method: 'POST', body: { metadata: REQUESTS_KEPT + 2 } })
})

test('startScriptedModel() refuses when the fallback is missing or the port is taken', async () => {
  const scenarios = await mkdtemp(join(tmpdir(), 'scenarios-'))
  await expect(startScriptedModel({ scenarios, fallbackScenario: 'none' })).rejects.toThrow(
    'No scenario "none"',
  )
  await expect(startScriptedModel({ scenarios, port: model.port })).rejects.toThrow('EADDRINUSE')
})
