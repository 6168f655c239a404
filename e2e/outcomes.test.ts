// How turns end when the CLI, its model or the host misbehave: in plain words, recorded, and the next prompt works.
import { chmodSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isTerminal } from '../lib/event-checks.ts'
import { type ScriptedModel, startScriptedModel } from '../server/drill/scripted-model.ts'
import { asText } from '../server/prompt-text.ts'
import { freePort, ROOT, startTestConsole, type TestConsole, until } from './support/console.ts'
import { sized } from './support/size.ts'
import { endOf, livingRows, processesOf, turnRow } from './support/trials.ts'

const FAKE = join(ROOT, 'e2e', 'fakes', 'claude.cjs')
async function turn(test: TestConsole, scenario: string, prompt = 'Go') {
  const { id } = await test.openSession(scenario)
  const { turn_id } = await test.prompt(id, prompt)
  const end = await endOf(test, id, turn_id)
  return { id, turn_id, end, events: (await test.events(id)).filter((event) => event.turn_id === turn_id) }
}

describe.concurrent('a CLI that misbehaves', () => {
  let test: TestConsole
  beforeAll(async () => {
    const config =
      'limits: { warm_processes: 0, silence_seconds: 5, turn_minutes: 0.4, concurrent_turns: 20 }\n'
    test = await startTestConsole({ config, env: { BREAKGLASS_CLAUDE: FAKE } })
  })
  afterAll(() => test.close())

  it('makes the turn incomplete when it exits with 0 and no result', async () => {
    const { end } = await turn(test, 'exit-0')
    expect(end).toMatchObject({ kind: 'result', outcome: 'incomplete', is_error: true, exit_code: 0 })
  })

  it('makes the turn an error with its last words when it exits with another code', async () => {
    const { end, events } = await turn(test, 'exit-3')
    expect(end).toMatchObject({ outcome: 'error', exit_code: 3, stderr: 'the disk of this model is on fire' })
    expect(end).toMatchObject({ result: expect.stringContaining('exited with 3') })
    expect(events).toContainEqual(
      expect.objectContaining({
        kind: 'error',
        code: 'cli_stderr',
        error: 'the disk of this model is on fire',
      }),
    )
  })

  it('is ended when it hangs after its result, which counts', async () => {
    const { id, end, turn_id } = await turn(test, 'hang-after-result')
    expect(end).toMatchObject({ outcome: 'success', result: 'Done.' })
    expect(turnRow(test, turn_id)).toMatchObject({ state: 'ended', outcome: 'success' })
    await until(async () => (await processesOf(test, id)).length === 0)
    await until(() => livingRows(test, id).length === 0)
  })

  it('is stopped when it says nothing, from its start or after a beginning', async () => {
    const turns = await Promise.all(['silent', 'silent-after-init'].map((scenario) => turn(test, scenario)))
    const stopped = { action: 'stopped', operator: 'console', reason: 'The CLI gave no sign of life for 5 s' }
    for (const { end, events } of turns) {
      expect(end).toMatchObject({ outcome: 'timeout' })
      expect(events).toContainEqual(expect.objectContaining(stopped))
    }
  })

  it('leaves its last half line in the record when it dies', async () => {
    const { id, end, events } = await turn(test, 'dies-mid-line')
    expect(end).toMatchObject({ outcome: 'error', result: expect.stringContaining('SIGKILL') })
    expect(events.filter((event) => event.kind === 'raw')).toMatchObject([
      { line: '{"type":"assistant","message":{"id":"msg_2","cont' },
    ])
    const next = await test.prompt(id, 'Again')
    expect(await endOf(test, id, next.turn_id)).toMatchObject({ outcome: 'error' })
  })

  it('has the beginning of much stderr recorded, and says where the rest is', async () => {
    const { end, events } = await turn(test, 'much-stderr', String(sized(5, 200)))
    expect(end).toMatchObject({ outcome: 'success' })
    const lines = events.filter((event) => event.kind === 'error')
    expect(lines.length).toBeGreaterThan(100)
    expect(lines.length).toBeLessThan(1_000)
    expect(lines.at(-1)).toMatchObject({ error: expect.stringContaining('the whole is in the file stderr') })
  })

  it('has what it says after the end of a turn recorded, outside of any turn', async () => {
    const { id, turn_id } = await turn(test, 'says-more-after-result')
    const text = 'One more thing, unasked.'
    const said = await test.waitFor(id, (event) => event.kind === 'text' && event.text === text)
    expect(said.turn_id).toBeUndefined()
    await endOf(test, id, turn_id)
    expect((await test.events(id)).filter(isTerminal)).toHaveLength(1)
  })

  it('gets a prompt of 200 KB whole when it reads late', async () => {
    const { end } = await turn(test, 'reads-late', 'p'.repeat(200_000))
    expect(end).toMatchObject({ outcome: 'success', result: '200000 characters' })
  })
})

describe('the real CLI', () => {
  let test: TestConsole
  let model: ScriptedModel
  beforeAll(async () => {
    model = await startScriptedModel({ scenarios: join(ROOT, 'e2e', 'scenarios') })
    const env = { ANTHROPIC_BASE_URL: model.url, ANTHROPIC_API_KEY: 'sk-ant-test-dummy-key' }
    test = await startTestConsole({ model: false, env })
  })
  afterAll(async () => {
    await test.close()
    await model.close()
  })

  it('has its death recorded within seconds, and the next prompt goes on', async () => {
    const { id } = await test.openSession('counter')
    const { turn_id } = await test.prompt(id, 'Go')
    await test.waitFor(id, (event) => event.kind === 'tool' && event.phase === 'call')
    const row = livingRows(test, id).find((each) => each.id === turnRow(test, turn_id).process_id)
    process.kill(row?.pid ?? 0, 'SIGKILL')
    expect(await endOf(test, id, turn_id, 5_000)).toMatchObject({ kind: 'result', outcome: 'error' })
    await until(async () =>
      (await processesOf(test, id)).every(({ command }) => !command.includes('ran.txt')),
    )
    const next = await test.prompt(id, 'What happened?')
    const end = await endOf(test, id, next.turn_id)
    expect(end).toMatchObject({ outcome: 'success' })
    // The CLI forgets a call that it did not end, so the model is told.
    expect(lastPrompt(model)).toContain('your previous turn was cut off while these calls ran')
    expect(lastPrompt(model)).toContain('ran.txt')
    expect(lastPrompt(model).endsWith('\n\nWhat happened?')).toBe(true)
  })

  it.each([
    ['print', ['--help', '$(touch X) `touch X`', '!touch X', `long ${'ä'.repeat(100_000)} end`]],
    [
      'stream',
      [
        ...['-p', '--settings={"hooks":{}}', '--', '!touch X', '/clear', '/exit', '  spaces around  '],
        ...['two\nlines\r\nand\ttabs\u2028and more', 'nul [\u0000] in between', `@${ROOT}/package.json`],
      ],
    ],
  ])(
    'hands every prompt to the model as it was typed, and runs none of it, by %s',
    async (driver, prompts) => {
      const { id, workspace } = await test.openSession('plain-text', { driver })
      for (const prompt of prompts) {
        const { turn_id } = await test.prompt(id, prompt)
        expect(await endOf(test, id, turn_id), prompt.slice(0, 40)).toMatchObject({ outcome: 'success' })
        expect(lastPrompt(model)).toBe(asText(prompt))
        expect(await test.events(id)).toContainEqual(
          expect.objectContaining({ kind: 'prompt', text: prompt, turn_id }),
        )
      }
      expect(readdirSync(workspace)).toEqual([])
      expect(JSON.stringify(model.requests)).not.toContain('better-sqlite3')
      const ids = (await test.events(id)).map((event) => event.kind === 'session' && event.session_id)
      expect(new Set(ids)).toEqual(new Set([false, id]))
    },
  )

  it.each([
    ['api-error-401', 'error', /Invalid API key/],
    ['overloaded-529-then-ok', 'success', /answers again/],
    ['rate-limit-429', 'success', /has passed/],
    ['cut-stream', 'success', /arrives whole/],
  ])('tells in words what the model did: %s', async (scenario, outcome, words) => {
    const { id, end } = await turn(test, scenario)
    expect(end).toMatchObject({ kind: 'result', outcome })
    expect(end.kind === 'result' && end.result).toMatch(words)
    const next = await test.prompt(id, 'And now?')
    expect((await endOf(test, id, next.turn_id)).kind).toBe('result')
  })

  it('keeps the whole of a big output beside the record', async () => {
    const { id, events } = await turn(test, 'big-output')
    const output = events.find((event) => event.kind === 'tool' && event.phase === 'output')
    if (output?.kind !== 'tool') throw new Error('There is no output')
    expect(output).toMatchObject({ truncated: true, is_error: false })
    const path = `/api/sessions/${id}/outputs/${output.tool_use_id}`
    const response = await fetch(test.url + path, { headers: { authorization: `Bearer ${test.token}` } })
    const text = await response.text()
    expect(text.length).toBe(output.output_bytes)
    const lines = text.trimEnd().split('\n')
    expect(lines).toHaveLength(4200)
    expect(lines.at(-1)).toBe('line 004200 of a long output, nothing to see here')
  })
})

describe('a console whose CLI or model is not there', () => {
  let test: TestConsole
  let script: string
  beforeAll(async () => {
    test = await startTestConsole({ config: 'limits: { warm_processes: 0 }\n' })
    script = join(test.data, '..', 'cli')
  })
  afterAll(() => test.close())

  const restart = async (env: Record<string, string>) => {
    await test.kill('SIGTERM')
    await test.start(env)
  }
  const cliCheck = async () => {
    type Status = { ok: boolean; checks: { name: string; state: string; detail: string; hint?: string }[] }
    const { data } = await test.request<Status>('GET', '/api/status')
    return { ok: data.ok, ...data.checks.find(({ name }) => name === 'CLI') }
  }
  const writeCli = (text: string, mode = 0o755) => {
    writeFileSync(script, `#!/bin/sh\n${text}\n`)
    chmodSync(script, mode)
  }

  it('says so when the CLI is missing, and works when it is mended', async () => {
    await restart({ BREAKGLASS_CLAUDE: '/nowhere/claude' })
    expect(await cliCheck()).toMatchObject({
      ok: false,
      state: 'error',
      hint: expect.stringContaining('/nowhere/claude'),
    })
    const { id, end } = await turn(test, 'plain-text')
    expect(end).toMatchObject({ kind: 'error', code: 'cli_not_started', fatal: true })
    expect(end).toMatchObject({ error: expect.stringContaining('there is no such program') })
    await restart({})
    const { turn_id } = await test.prompt(id, 'Again')
    expect(await endOf(test, id, turn_id)).toMatchObject({ outcome: 'success' })
  })

  it('says so when the CLI may not be executed', async () => {
    writeCli('echo 2.1.197', 0o600)
    await restart({ BREAKGLASS_CLAUDE: script })
    expect(await cliCheck()).toMatchObject({ state: 'error' })
    const { end } = await turn(test, 'plain-text')
    expect(end).toMatchObject({ kind: 'error', error: expect.stringContaining('not executable') })
  })

  it('says so when the CLI is old, hangs or is no CLI', async () => {
    writeCli('echo "1.0.3 (Claude Code)"')
    await restart({ BREAKGLASS_CLAUDE: script })
    expect(await cliCheck()).toMatchObject({ state: 'warn', detail: expect.stringContaining('1.0.3') })

    writeCli('[ "$1" = --version ] && exit 4; echo "no such option" >&2; exit 5')
    await restart({ BREAKGLASS_CLAUDE: script })
    expect(await cliCheck()).toMatchObject({
      state: 'error',
      hint: expect.stringContaining('exited with 4'),
    })
    const { end } = await turn(test, 'plain-text')
    expect(end).toMatchObject({ outcome: 'error', exit_code: 5, stderr: 'no such option' })

    writeCli('sleep 60')
    await restart({ BREAKGLASS_CLAUDE: script })
    expect(await cliCheck()).toMatchObject({
      state: 'error',
      hint: expect.stringContaining('gave no answer'),
    })
  })

  it('says that nobody is logged in when there are no credentials', async () => {
    await restart({ ANTHROPIC_API_KEY: '', ANTHROPIC_BASE_URL: '' })
    const { id, end } = await turn(test, 'plain-text')
    expect(end).toMatchObject({
      kind: 'result',
      outcome: 'error',
      is_error: true,
      result: expect.stringContaining('Not logged in'),
    })
    await restart({})
    const { turn_id } = await test.prompt(id, 'Again')
    expect(await endOf(test, id, turn_id)).toMatchObject({ outcome: 'success' })
  })

  it('tells each retry when the model is unreachable, can be stopped, and goes on when it is back', async () => {
    await restart({ ANTHROPIC_BASE_URL: `http://127.0.0.1:${await freePort()}` })
    const { id } = await test.openSession('plain-text')
    const { turn_id } = await test.prompt(id, 'Go')
    await test.waitFor(id, (event) => event.kind === 'control' && event.action === 'retrying')
    await test.request('DELETE', `/api/sessions/${id}/turns/current`)
    expect(await endOf(test, id, turn_id)).toMatchObject({ outcome: 'interrupted' })
    await restart({})
    const next = await test.prompt(id, 'Again')
    expect(await endOf(test, id, next.turn_id)).toMatchObject({ outcome: 'success' })
  })
})

/** The text of the newest user message that the model got. */
function lastPrompt(model: ScriptedModel): string {
  type Body = {
    tools?: unknown[]
    messages: { role: string; content: string | { type: string; text?: string }[] }[]
  }
  const bodies = model.requests
    .map(({ body }) => body as Body | null)
    .filter((body) => (body?.tools?.length ?? 0) > 0)
  // The last message with text: a turn that runs a tool ends with its output alone.
  const texts = (bodies.at(-1)?.messages ?? []).flatMap(({ role, content }) => {
    if (role !== 'user') return []
    if (typeof content === 'string') return [content]
    return content
      .filter(({ type }) => type === 'text')
      .slice(-1)
      .map(({ text }) => text ?? '')
  })
  return texts.at(-1) ?? ''
}
