import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Anthropic from '@anthropic-ai/sdk'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ADMIN, until } from './support/console.ts'
import { addGatewayToken, ask, type GatewayFixture, startGatewayFixture } from './support/gateway.ts'

type Failure = { status: number; error: { type: string; error: { type: string; message: string } } }

describe('the gateway, asked for what it can’t do', () => {
  let test: GatewayFixture
  beforeAll(async () => {
    // The CLI tries once more, not for minutes.
    const env = { CLAUDE_CODE_MAX_RETRIES: '1' }
    const more = 'environment: [CLAUDE_CODE_MAX_RETRIES]\n'
    test = await startGatewayFixture(['pool_size: 1', 'requests_at_once: 1', 'idle_minutes: 0.02'], env, more)
  })
  afterAll(() => test.close())

  /** What the official client makes of a request. */
  async function failure(body: Record<string, unknown>, client = test.client): Promise<Failure> {
    const params = { ...ask('plain-text', 'hello'), ...body } as Anthropic.MessageCreateParamsNonStreaming
    const error = await client.messages.create(params).then(
      () => null,
      (thrown: unknown) => thrown,
    )
    if (!(error instanceof Anthropic.APIError)) throw new Error(`Expected a refusal, got ${String(error)}`)
    expect(error.error).toMatchObject({ type: 'error', request_id: expect.stringMatching(/^req_/) })
    expect(error.requestID).toMatch(/^req_/)
    return { status: error.status ?? 0, error: error.error as Failure['error'] }
  }

  const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } }
  const user = (content: unknown) => ({ role: 'user', content })
  it.each([
    ['a temperature', { temperature: 0.5 }, 'temperature: not supported by this gateway'],
    ['tools', { tools: [{ name: 'x', input_schema: { type: 'object' } }] }, 'tools: not supported'],
    ['a choice of tools', { tool_choice: { type: 'any' } }, 'tool_choice: not supported'],
    ['stop sequences', { stop_sequences: ['x'] }, 'stop_sequences: not supported'],
    ['thinking', { thinking: { type: 'enabled', budget_tokens: 1024 } }, 'thinking: not supported'],
    ['a field that nobody knows', { colour: 'red' }, 'colour: this field is not known here'],
    ['no messages', { messages: [] }, 'messages: '],
    ['no length', { max_tokens: 0 }, 'max_tokens: '],
    [
      'an image',
      { messages: [user([image])] },
      'messages.0.content.0.type: content of this type is not supported',
    ],
    ['no text', { messages: [user('  ')] }, 'messages.0: the last user message has no text'],
    [
      'an answer begun',
      { messages: [user('a'), { role: 'assistant', content: 'b' }] },
      'messages.1: the last',
    ],
    [
      'an answer first',
      { messages: [{ role: 'assistant', content: 'b' }, user('a')] },
      'messages.0: the first',
    ],
    [
      'a result from outside',
      { messages: [user([{ type: 'tool_result', tool_use_id: 'x', content: 'y' }])] },
      'messages.0: tool_result',
    ],
  ])('refuses %s with words', async (_, body, words) => {
    const { status, error } = await failure(body)
    expect({ status, type: error.error.type }).toEqual({ status: 400, type: 'invalid_request_error' })
    expect(error.error.message).toContain(words)
  })

  it('names the models there are when asked for another', async () => {
    const { status, error } = await failure({ model: 'gpt-7' })
    expect({ status, type: error.error.type }).toEqual({ status: 404, type: 'not_found_error' })
    expect(error.error.message).toContain('drill-*')
  })

  it('tells tokens of the console and of the gateway apart', async () => {
    const wrong = new Anthropic({
      baseURL: test.console.url,
      apiKey: 'bg_wrong-wrong-wrong-wrong-wrong',
      maxRetries: 0,
    })
    expect(await failure({}, wrong)).toMatchObject({
      status: 401,
      error: { error: { type: 'authentication_error' } },
    })
    // One of the console may all that its operator may, so it is let in, and only the model is refused.
    const console = new Anthropic({ baseURL: test.console.url, apiKey: test.console.token, maxRetries: 0 })
    expect(await failure({ model: 'gpt-7' }, console)).toMatchObject({ status: 404 })
    const own = await test.console.request('GET', '/api/sessions', undefined, {
      authorization: `Bearer ${test.token}`,
    })
    expect(own.status).toBe(401)
    const viewer = ['operator', 'add', 'vera', '--role', 'viewer', '--password-stdin']
    await test.console.command(viewer, ADMIN.password)
    const { stdout } = await test.console.command('token add v --operator vera --scope gateway'.split(' '))
    const weak = new Anthropic({ baseURL: test.console.url, apiKey: stdout.trim(), maxRetries: 0 })
    expect(await failure({}, weak)).toMatchObject({ status: 403 })
  })

  it.each([
    ['POST', '/v1/messages/count_tokens', 404, 'does not count tokens'],
    ['GET', '/v1/messages', 404, 'There is no GET /v1/messages here'],
    ['POST', '/v1/complete', 404, 'There is no POST /v1/complete here'],
  ])('answers %s %s in the shape of the API', async (method, path, status, words) => {
    const body = method === 'POST' ? {} : undefined
    const answer = await test.console.request<Failure['error']>(method, path, body, {
      'x-api-key': test.token,
    })
    expect(answer.status).toBe(status)
    expect(answer.data.error).toMatchObject({
      type: 'not_found_error',
      message: expect.stringContaining(words),
    })
  })

  it('refuses a body over 32 MiB and takes a long one', async () => {
    const post = (text: string) => {
      const headers = { 'x-api-key': test.token, 'content-type': 'application/json' }
      return fetch(`${test.console.url}/v1/messages`, { method: 'POST', headers, body: text })
    }
    const large = await post(JSON.stringify({ ...ask('plain-text', 'x'.repeat(33 * 1024 * 1024)) }))
    expect(large.status).toBe(413)
    expect(await large.json()).toMatchObject({ type: 'error', error: { type: 'request_too_large' } })
    const broken = await post('{"model":')
    expect(broken.status).toBe(400)
    const deep =
      await post(`{"model":"drill-plain-text","max_tokens":1,"messages":[{"role":"user","content":"a"},
      {"role":"assistant","content":[{"type":"tool_use","id":"a","name":"b","input":{"x":${'['.repeat(50_000)}${']'.repeat(50_000)}}}]},
      {"role":"user","content":"c"}]}`)
    expect(deep.status).toBe(400)
    const history = ['begin', 'y'.repeat(3 * 1024 * 1024), 'go on']
    const taken = await post(JSON.stringify(ask('plain-text', ...history)))
    expect(taken.status).toBe(200)
  })

  it.each([
    ['api-error-401', 500, 'api_error'],
    ['refused-400', 400, 'invalid_request_error'],
    ['rate-limited-for-good', 429, 'rate_limit_error'],
    ['overloaded-for-good', 529, 'overloaded_error'],
  ])('passes the failure of %s on, with and without a stream', async (scenario, status, type) => {
    const answer = await failure(ask(scenario, 'Go') as unknown as Record<string, unknown>)
    expect({ status: answer.status, type: answer.error.error.type }).toEqual({ status, type })
    expect(answer.error.error.message).toContain('The turn failed: ')
    const stream = test.client.messages.stream(ask(scenario, 'Go'))
    const types: string[] = []
    stream.on('streamEvent', (event) => types.push(event.type))
    const error = await stream.finalMessage().catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(Anthropic.APIError)
    expect(JSON.stringify((error as InstanceType<typeof Anthropic.APIError>).error)).toContain(type)
    // The words of the failure are no answer.
    expect(types).not.toContain('content_block_delta')
  })

  it('says when the pool is full, and when a token runs too much; idle sessions make room and go', async () => {
    const abort = new AbortController()
    const busy = test.client.messages.stream(ask('hang', 'Go'), { signal: abort.signal })
    const ended = busy.finalMessage().catch(() => undefined)
    await new Promise<void>((resolve) => busy.once('streamEvent', () => resolve()))
    const tooMany = await failure({})
    expect(tooMany).toMatchObject({ status: 429, error: { error: { type: 'rate_limit_error' } } })
    const other = await addGatewayToken(test.console, 'other')
    const full = await failure({}, new Anthropic({ baseURL: test.console.url, apiKey: other, maxRetries: 0 }))
    expect(full).toMatchObject({ status: 529, error: { error: { type: 'overloaded_error' } } })
    abort.abort()
    await ended
    await until(async () => (await pool()).length === 0)
    const first = await test.ask(ask('plain-text', 'first'))
    const second = await test.ask(ask('plain-text', 'second'))
    await until(async () => (await test.console.session(first.session)).closed_at !== null)
    await until(async () => (await test.console.session(second.session)).closed_at !== null, 10_000)
    expect((await test.console.session(first.session)).summary).toContain('The pool needed its place')
    expect((await test.console.session(second.session)).summary).toContain('No request came')
    expect(await pool()).toEqual([])
  })

  async function pool(): Promise<unknown[]> {
    const { data } = await test.console.request<{ sessions: unknown[] }>('GET', '/api/gateway/pool')
    return data.sessions
  }

  it('lists its models as the API does', async () => {
    const page = await test.client.models.list()
    expect(page.data).toEqual([])
    expect(await test.client.models.retrieve('drill-plain-text')).toMatchObject({
      type: 'model',
      id: 'drill-plain-text',
    })
    await expect(test.client.models.retrieve('gpt-7')).rejects.toMatchObject({ status: 404 })
  })

  it('wrote nothing of a conversation or a token into its log', () => {
    const log = readFileSync(join(test.console.data, 'console.log'), 'utf8')
    expect(log).not.toContain(test.token)
  })
})
