import { randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startProcess } from '../server/child-process.ts'
import {
  findTranscript,
  hasPrompt,
  setTranscriptAside,
  transcriptState,
} from '../server/claude/transcript.ts'
import { modelOf, type ScriptedModel, startScriptedModel } from '../server/drill/scripted-model.ts'
import { claudeArguments, claudeEnvironment, type Places } from './fixture-run.ts'

const CLAUDE = join(import.meta.dirname, '../node_modules/.bin/claude')

let model: ScriptedModel
let places: Places
let id = ''

beforeAll(async () => {
  model = await startScriptedModel({ scenarios: join(import.meta.dirname, 'fixtures') })
})
afterAll(() => model.close())

beforeEach(async () => {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'transcript-')))
  places = { root, workspace: join(root, 'workspace'), config: join(root, 'config') }
  id = randomUUID()
  await mkdir(places.workspace)
  await mkdir(places.config)
})
afterEach(() => rm(places.root, { recursive: true, force: true, maxRetries: 5 }))

/** Gives the CLI its prompts and the end of its input at once, and waits for its exit. */
async function run(session: string[], prompts: { uuid: string; text: string }[]) {
  const child = startProcess(CLAUDE, [...claudeArguments(modelOf('plain-text')), ...session], {
    cwd: places.workspace,
    env: claudeEnvironment(places, model.url),
    stdio: 'pipe',
  })
  let stdout = ''
  let stderr = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  child.stdin?.on('error', () => {})
  const lines = prompts.map(({ uuid, text }) => ({
    type: 'user',
    uuid,
    message: { role: 'user', content: text },
  }))
  child.stdin?.end(lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  const exitCode = await new Promise((ended) => child.once('close', ended))
  return { exitCode, results: stdout.split('"type":"result"').length - 1, stdout, stderr }
}

describe('the transcript of the real CLI', { timeout: 60_000 }, () => {
  test('findTranscript() and hasPrompt() find a prompt when its turn has run', async () => {
    const prompt = { uuid: randomUUID(), text: 'How is\u2028the host?' }
    expect(await transcriptState(places.config, places.workspace, id)).toBe('missing')
    expect(await run(['--session-id', id], [prompt])).toMatchObject({ exitCode: 0, results: 1 })
    expect(await transcriptState(places.config, places.workspace, id)).toBe('resumable')
    const path = (await findTranscript(places.config, places.workspace, id)) ?? ''
    expect(await hasPrompt(path, { uuid: prompt.uuid })).toBe(true)
    expect(await hasPrompt(path, { text: prompt.text })).toBe(true)
    expect(await hasPrompt(path, { uuid: randomUUID() })).toBe(false)
  })

  test('the CLI runs a prompt once when it is sent twice, also to a resumed process', async () => {
    const prompt = { uuid: randomUUID(), text: 'How is the host?' }
    expect(await run(['--session-id', id], [prompt, prompt])).toMatchObject({ exitCode: 0, results: 1 })
    expect(await run(['--resume', id], [prompt])).toMatchObject({ exitCode: 0, results: 0 })
  })

  test('findTranscript() finds the file when the directory has a name longer than the CLI keeps', async () => {
    places.workspace = join(places.root, 'x'.repeat(120), 'y'.repeat(120))
    await mkdir(places.workspace, { recursive: true })
    await run(['--session-id', id], [{ uuid: randomUUID(), text: 'Hello' }])
    expect(await transcriptState(places.config, places.workspace, id)).toBe('resumable')
  })

  test('setTranscriptAside() frees a session when its transcript holds no message', async () => {
    const prompt = { uuid: randomUUID(), text: 'How is the host?' }
    const folder = join(places.config, 'projects', places.workspace.replace(/[^a-zA-Z0-9]/g, '-'))
    await mkdir(folder, { recursive: true })
    await writeFile(
      join(folder, `${id}.jsonl`),
      `{"type":"queue-operation","operation":"enqueue","sessionId":"${id}"}\n`,
    )
    expect(await transcriptState(places.config, places.workspace, id)).toBe('blocked')
    expect((await run(['--resume', id], [prompt])).stdout).toContain('No conversation found')
    expect((await run(['--session-id', id], [prompt])).stderr).toContain('already in use')
    await setTranscriptAside((await findTranscript(places.config, places.workspace, id)) ?? '', Date.now())
    expect(await run(['--session-id', id], [prompt])).toMatchObject({ exitCode: 0, results: 1 })
  })
})
