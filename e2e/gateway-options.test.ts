import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type Anthropic from '@anthropic-ai/sdk'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ScriptedModel, startScriptedModel } from '../server/drill/scripted-model.ts'
import { ROOT, until } from './support/console.ts'
import { ask, type GatewayFixture, said, startGatewayFixture } from './support/gateway.ts'

describe.each(['tui', 'stream'] as const)(
  'the gateway with options of its configuration, over %s',
  (driver) => {
    let test: GatewayFixture
    let model: ScriptedModel
    const shared = mkdtempSync(join(tmpdir(), 'breakglass-shared-'))
    beforeAll(async () => {
      model = await startScriptedModel({ scenarios: join(ROOT, 'e2e', 'scenarios'), hurry: true })
      const options = [
        `driver: ${driver}`,
        'max_turns: 3',
        'system_prompt: You are the gateway prompt.',
        'append_system_prompt: Appended by the configuration.',
        'allowed_tools: [Bash, Read, Write]',
        'disallowed_tools: [Write]',
        'effort: low',
        'seeding: concat_message',
        `add_dir: [${JSON.stringify(shared)}]`,
        'environment: { EXTRA_WORD: "from the configuration" }',
        'mcp_servers: { nothing: { type: http, url: "http://127.0.0.1:9/mcp", headers: { x-secret: "quiet" } } }',
      ]
      test = await startGatewayFixture(options, { ANTHROPIC_BASE_URL: model.url })
    })
    afterAll(async () => {
      await test.close()
      await model.close()
      rmSync(shared, { recursive: true, force: true })
    })

    /** The body of the main loop's last request to the model. */
    function lastRequest() {
      const bodies = model.requests.map(({ body }) => body as Anthropic.MessageCreateParams | null)
      const found = bodies.findLast((body) => (body?.tools?.length ?? 0) > 0)
      if (!found) throw new Error('The model was not asked')
      return {
        system: JSON.stringify(found.system),
        tools: toolNames(found),
        messages: JSON.stringify(found.messages),
      }
    }
    const toolNames = (body: Anthropic.MessageCreateParams) =>
      (body.tools ?? []).map((tool) => ('name' in tool ? tool.name : ''))

    it('gives the CLI prompts, tools, directories, environment and servers, and removes what was private', async () => {
      const { session } = await test.ask({ ...ask('plain-text', 'Hello'), system: 'From the request.' })
      const { system, tools } = lastRequest()
      for (const part of [
        'You are the gateway prompt.',
        'Appended by the configuration.',
        'From the request.',
      ]) {
        expect(system).toContain(part)
      }
      expect(tools.filter((name) => /^[A-Z]/.test(name)).sort()).toEqual(['Bash', 'Read'])
      const file = join(test.console.data, 'sessions', session, 'mcp.json')
      expect(statSync(file).mode & 0o777).toBe(0o600)
      expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
        mcpServers: { nothing: { type: 'http' } },
      })
      await test.console.request('POST', `/api/sessions/${session}/close`, { outcome: 'resolved' })
      // The pool learns of it when the conversation goes on.
      const next = await test.ask({
        ...ask('plain-text', 'Hello', 'The host is healthy.', 'And now?'),
        system: 'From the request.',
      })
      expect(next.pool).toBe('seeded')
      await until(() => !existsSync(file))
    })

    it('folds the history into the first prompt where the configuration says so', async () => {
      const history = ask('plain-text', 'What is full?', 'It is /var.', 'Why?')
      const first = await test.ask(history)
      expect(first.pool).toBe('seeded')
      const { messages } = lastRequest()
      for (const part of ['What is full?', 'It is /var.', 'Why?']) expect(messages).toContain(part)
      const next = [...history.messages, said(first.message), { role: 'user' as const, content: 'More?' }]
      expect(await test.ask({ ...ask('plain-text'), messages: next })).toMatchObject({
        pool: 'hit',
        session: first.session,
      })
    })

    it('ends a turn after the most answers, where the driver has such a limit', async () => {
      const answer = test.ask(ask('several-tools', 'Look around'))
      if (driver === 'stream') await expect(answer).rejects.toThrow(/maximum number of turns/)
      else expect((await answer).message.content.length).toBeGreaterThan(0)
    })

    it('does not let another system prompt into a session', async () => {
      const first = await test.ask({ ...ask('plain-text', 'Alpha'), system: 'One.' })
      const next = ask('plain-text', 'Alpha', 'The host is healthy.', 'Beta')
      const other = await test.ask({ ...next, system: [{ type: 'text', text: 'Two.' }] })
      expect(other.pool).toBe('seeded')
      expect(lastRequest().system).toContain('Two.')
      expect(await test.ask({ ...next, system: 'One.' })).toMatchObject({
        pool: 'hit',
        session: first.session,
      })
    })
  },
)
