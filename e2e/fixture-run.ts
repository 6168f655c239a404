// Runs the real CLI for a fixture, as the print and stream drivers do, and gives back what it wrote.
import { randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type ChildProcess, startProcess } from '../server/child-process.ts'
import { createSpoolLines } from '../server/claude/spool-lines.ts'
import type { FixtureCase } from './fixture-case.ts'

/** The places of a run, whose names have to be replaced in what it wrote. */
export type Places = { root: string; workspace: string; config: string }
export type Recording = { spool: Buffer; stderr: string; places: Places }

/** A recording that takes longer is given up. */
const RUN_MS = 120_000

/** @param model the scripted model's base URL and the fixture's model name */
export async function runFixture(
  fixture: FixtureCase,
  claude: string,
  model: { url: string; name: string },
): Promise<Recording> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'breakglass-record-')))
  const places = { root, workspace: join(root, 'workspace'), config: join(root, 'config') }
  try {
    await mkdir(places.workspace)
    await mkdir(places.config)
    await mkdir(join(root, 'tmp'))
    for (const [name, text] of Object.entries(fixture.files)) {
      await mkdir(dirname(join(places.workspace, name)), { recursive: true })
      await writeFile(join(places.workspace, name), text)
    }
    const sessionId = randomUUID()
    const run = (prompts: string[], session: string[], recorded: boolean) =>
      runClaude({ fixture, claude, model, places, prompts, session, recorded })
    if (fixture.before.length > 0) await run(fixture.before, ['--session-id', sessionId], false)
    const resumes = fixture.before.length > 0 || fixture.resume_unknown
    const finished = await run(fixture.prompts, [resumes ? '--resume' : '--session-id', sessionId], true)
    return { ...finished, places }
  } finally {
    await rm(root, { recursive: true, force: true, maxRetries: 5 })
  }
}

type Run = {
  fixture: FixtureCase
  claude: string
  model: { url: string; name: string }
  places: Places
  prompts: string[]
  session: string[]
  /** The recorded process; an earlier one only makes the session. */
  recorded: boolean
}

/** The arguments of every process, as the drivers give them. */
export function claudeArguments(model: string, settings: object = {}): string[] {
  return [
    ...['-p', '--input-format', 'stream-json', '--output-format', 'stream-json', '--verbose'],
    ...['--include-partial-messages', '--permission-mode', 'default', '--setting-sources', ''],
    ...['--settings', JSON.stringify({ permissions: { ask: ['*'] }, ...settings })],
    ...['--permission-prompt-tool', 'stdio', '--strict-mcp-config', '--model', model],
  ]
}

/** The environment of every process, built from nothing. */
export function claudeEnvironment({ root, config }: Places, modelUrl: string): Record<string, string> {
  return {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    HOME: root,
    LANG: 'C.UTF-8',
    CLAUDE_CONFIG_DIR: config,
    CLAUDE_CODE_TMPDIR: join(root, 'tmp'),
    ANTHROPIC_BASE_URL: modelUrl,
    ANTHROPIC_API_KEY: 'dummy',
    CLAUDE_CODE_DISABLE_BACKGROUND_TASKS: '1',
    DISABLE_AUTOUPDATER: '1',
    DISABLE_TELEMETRY: '1',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
  }
}

async function runClaude({ fixture, claude, model, places, prompts, session, recorded }: Run) {
  const args = [...claudeArguments(model.name, fixture.settings), ...session, ...fixture.args]
  const env = {
    ...claudeEnvironment(places, model.url),
    ...(!fixture.api_key && { ANTHROPIC_API_KEY: '' }),
    ...(fixture.background_tasks && { CLAUDE_CODE_DISABLE_BACKGROUND_TASKS: '' }),
    ...fixture.env,
  }
  const child = startProcess(claude, args, { cwd: places.workspace, env, stdio: 'pipe' })
  const chunks: Buffer[] = []
  let stderr = ''
  const lines = createSpoolLines({ onLine: answerLines(child, fixture, prompts, recorded) })
  child.stdout?.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    lines.feed(chunk)
  })
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString()
  })
  child.stdin?.on('error', () => {})
  const deadline = setTimeout(() => child.kill('SIGKILL'), RUN_MS)
  const exitCode = await new Promise<number | null>((ended, failed) => {
    child.once('error', failed)
    child.once('close', ended)
  })
  clearTimeout(deadline)
  if (exitCode === null)
    throw new Error(`The CLI was killed by the deadline or a signal: ${stderr.slice(-2000)}`)
  return { spool: Buffer.concat(chunks), stderr }
}

/** Sends the prompts one after another's result, and answers what the CLI asks. */
function answerLines(child: ChildProcess, fixture: FixtureCase, prompts: string[], recorded: boolean) {
  const waiting = [...prompts]
  let missing = (recorded ? fixture.results : undefined) ?? prompts.length
  let interruptOn = recorded && fixture.interrupt_on ? new RegExp(fixture.interrupt_on) : null
  const send = (message: object) => child.stdin?.write(`${JSON.stringify(message)}\n`)
  const sendPrompt = () => {
    const content = waiting.shift()
    if (content !== undefined) send({ type: 'user', message: { role: 'user', content } })
  }
  const initialize = { subtype: 'initialize', forwardSubagentText: true }
  send({ type: 'control_request', request_id: 'initialize-1', request: initialize })
  sendPrompt()
  return ({ text }: { text: string }) => {
    const line: unknown = JSON.parse(text)
    if (interruptOn?.test(text)) {
      interruptOn = null
      const interrupt = {
        type: 'control_request',
        request_id: 'interrupt-1',
        request: { subtype: 'interrupt' },
      }
      setTimeout(() => send(interrupt), fixture.interrupt_after_ms)
    }
    if (typeof line !== 'object' || line === null || !('type' in line)) return
    if (line.type === 'control_request') {
      const answer = answerTo(line, fixture, recorded)
      if (answer) send(answer)
    }
    if (line.type !== 'result') return
    missing--
    sendPrompt()
    if (missing <= 0) child.stdin?.end()
  }
}

function answerTo(line: object, { deny }: FixtureCase, recorded: boolean): object | null {
  const { request_id, request } = line as {
    request_id: string
    request: { tool_name?: string; input?: object }
  }
  const { tool_name = '', input = {} } = request
  const refused = recorded && deny && new RegExp(deny.tool).test(tool_name)
  const response = refused
    ? { behavior: 'deny', message: deny.message }
    : { behavior: 'allow', updatedInput: input }
  return { type: 'control_response', response: { subtype: 'success', request_id, response } }
}
