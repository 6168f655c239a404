import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startProcess } from '../child-process.ts'
import { type ScriptedModel, startScriptedModel } from '../drill/scripted-model.ts'
import { readEnvironment } from '../environment.ts'
import type { CanonicalMessage } from './canonical.ts'
import { foldTurn } from './fold.ts'
import { concatPrompt, projectFolder, seedable, seedTranscript } from './seed.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const said = (role: 'user' | 'assistant', text: string): CanonicalMessage => ({
  role,
  content: [{ type: 'text', text }],
})
const HISTORY: CanonicalMessage[] = [
  said('user', 'Which disk is full?'),
  {
    role: 'assistant',
    content: [
      { type: 'text', text: 'I look.' },
      { type: 'tool_use', id: 'toolu_seed_1', name: 'Bash', input: { command: 'df' } },
    ],
  },
  {
    role: 'user',
    content: [
      { type: 'tool_result', tool_use_id: 'toolu_seed_1', content: [{ type: 'text', text: '/var 100%' }] },
    ],
  },
  said('assistant', 'It is /var.'),
  {
    role: 'assistant',
    content: [{ type: 'tool_use', id: 'toolu_seed_2', name: 'Bash', input: { command: 'rm -rf /var/log' } }],
  },
]

describe('seedable()', () => {
  test('drops a dangling call, unsigned thinking and results of no call', () => {
    const messages: CanonicalMessage[] = [
      { role: 'assistant', content: [{ type: 'text', text: 'before anybody asked' }] },
      said('user', 'a'),
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'unsigned' },
          { type: 'tool_use', id: 'x', name: 'Bash', input: {} },
        ],
      },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'y', content: [] }] },
      said('user', 'b'),
    ]
    expect(seedable(messages)).toEqual([said('user', 'a'), said('user', 'b')])
  })
})

describe('seeding with the real CLI', () => {
  let home: string
  let model: ScriptedModel
  beforeAll(async () => {
    home = realpathSync(mkdtempSync(join(tmpdir(), 'breakglass-seed-')))
    model = await startScriptedModel({ scenarios: join(ROOT, 'e2e', 'scenarios'), hurry: true })
  })
  afterAll(async () => {
    await model.close()
    rmSync(home, { recursive: true, force: true })
  })

  async function resume(workspace: string, config: string, id: string, prompt: string, flag = '--resume') {
    const args = [
      '-p',
      '--output-format',
      'json',
      '--setting-sources',
      '',
      '--model',
      'drill-plain-text',
      flag,
      id,
    ]
    const env = {
      PATH: readEnvironment().inherited.PATH ?? '',
      HOME: home,
      CLAUDE_CONFIG_DIR: config,
      ANTHROPIC_BASE_URL: model.url,
      ANTHROPIC_API_KEY: 'dummy',
      DISABLE_AUTOUPDATER: '1',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    }
    const claude = join(ROOT, 'node_modules', '.bin', 'claude')
    const child = startProcess(claude, [...args, prompt], {
      cwd: workspace,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const read = async (stream: AsyncIterable<Buffer> | null) => {
      let text = ''
      for await (const chunk of stream ?? []) text += chunk.toString()
      return text
    }
    const [stdout, stderr] = await Promise.all([read(child.stdout), read(child.stderr)])
    return { stdout, stderr }
  }

  /** The messages of the main loop's last request. */
  function lastMessages(): string {
    const request = model.requests.findLast(
      ({ path, body }) => path.startsWith('/v1/messages') && JSON.stringify(body).includes('"tools":[{'),
    )
    return JSON.stringify((request?.body as { messages?: unknown })?.messages ?? null)
  }

  test.each([
    ['a short path', 'short'],
    ['a path whose folder name the CLI cuts and hashes', `${'long-'.repeat(45)}x`],
  ])('seedTranscript() makes the model see the history when resumed in %s', async (_, name) => {
    const workspace = join(home, ...(name.match(/.{1,100}/g) ?? []))
    mkdirSync(workspace, { recursive: true })
    const config = join(home, `config-${name.length}`)
    mkdirSync(config, { recursive: true })
    const id = crypto.randomUUID()
    const path = await seedTranscript({
      configDirectory: config,
      realCwd: workspace,
      cliSessionId: id,
      claudeVersion: '2.1.197',
      model: 'drill-plain-text',
      messages: HISTORY,
      nowMs: Date.now(),
    })
    expect(path).toContain(projectFolder(workspace))
    const { stdout, stderr } = await resume(workspace, config, id, 'And why?')
    expect(stderr).toBe('')
    expect(JSON.parse(stdout)).toMatchObject({ result: 'You said: And why?', session_id: id })
    const seen = lastMessages()
    for (const part of ['Which disk is full?', 'I look.', '/var 100%', 'It is /var.', 'And why?']) {
      expect(seen).toContain(part)
    }
    expect(seen).not.toContain('rm -rf')
    expect(seen).not.toContain('"is_error"')
    const fold = await foldTurn(async () => path, 0, null, 0)
    expect(fold.messages.at(-1)).toEqual(said('assistant', 'You said: And why?'))
  })

  test('concatPrompt() makes the model see the history in the first prompt', async () => {
    const config = join(home, 'config-concat')
    mkdirSync(config)
    const { stdout } = await resume(
      home,
      config,
      crypto.randomUUID(),
      concatPrompt(HISTORY, 'And why?'),
      '--session-id',
    )
    expect(JSON.parse(stdout)).toMatchObject({ is_error: false })
    for (const part of ['Which disk is full?', '/var 100%', 'And why?'])
      expect(lastMessages()).toContain(part)
  })
})
