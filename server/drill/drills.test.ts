import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { runProcess, startProcess } from '../child-process.ts'
import { checkDrill, drillScenarios, endDrill, listDrills, prepareDrill } from './drills.ts'
import { type ScriptedModel, startScriptedModel } from './scripted-model.ts'

const ROOT = process.cwd()
const DRILLS = await listDrills(ROOT)
const PATH = `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`

let folder: string
let workspace: string
let model: ScriptedModel
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'drill-')))
  workspace = join(folder, "operator's workspace")
  await mkdir(workspace)
  model = await startScriptedModel({ scenarios: drillScenarios(ROOT), hurry: true })
})
afterEach(async () => {
  await endDrill(ROOT, workspace)
  await model.close()
  await rm(folder, { recursive: true, force: true })
})

const drill = (name: string) => {
  const found = DRILLS.find((one) => one.name === name)
  if (!found) throw new Error(`No drill "${name}"`)
  return found
}

/** The real CLI, with one prompt on stdin; its stdout is in the file `spool`. */
async function startClaude(name: string, prompt: string, more: string[] = []) {
  const spool = join(folder, 'spool.ndjson')
  const allow = ['Bash', 'Read', 'Edit', 'Write', 'Grep']
  const mode = ['--permission-mode', 'default', '--setting-sources', '', '--strict-mcp-config']
  const settings = ['--settings', JSON.stringify({ permissions: { allow } })]
  const output = ['-p', '--output-format', 'stream-json', '--verbose']
  const command = `exec ${join(ROOT, 'node_modules', '.bin', 'claude')} "$@" < ../prompt >> ../spool.ndjson 2>&1`
  await writeFile(join(folder, 'prompt'), prompt)
  const claude = startProcess(
    '/bin/sh',
    ['-c', command, 'sh', ...output, ...mode, ...settings, '--model', drill(name).model, ...more],
    {
      cwd: workspace,
      stdio: 'ignore',
      env: {
        PATH,
        HOME: folder,
        CLAUDE_CONFIG_DIR: join(folder, 'claude'),
        ANTHROPIC_BASE_URL: model.url,
        ANTHROPIC_API_KEY: 'none',
        DISABLE_AUTOUPDATER: '1',
        DISABLE_TELEMETRY: '1',
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
        CLAUDE_CODE_DISABLE_BACKGROUND_TASKS: '1',
      },
    },
  )
  const ended = new Promise<void>((resolve) => claude.once('exit', () => resolve()))
  return { claude, ended, spool: () => readFile(spool, 'utf8') }
}

/** The ids of the supervisor and of the services that run. */
async function drillProcesses(): Promise<number[]> {
  const status = await runProcess(join(workspace, 'bin', 'svc'), ['status'], { env: { PATH } })
  const services = [...status.stdout.matchAll(/pid: (\d+)/g)].map(([, pid]) => Number(pid))
  return [Number(await readFile(join(workspace, 'var', 'run', 'supervisor.pid'), 'utf8')), ...services]
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

async function untilTrue(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(30)
}

test('listDrills() names what a session needs when a drill is begun', () => {
  expect(DRILLS.map(({ name }) => name)).toEqual(['expired-certificate', 'runaway-log', 'service-typo'])
  for (const { reason, prompt, title, model: name } of DRILLS) {
    expect(reason.length).toBeGreaterThanOrEqual(10)
    expect(prompt).not.toBe(title)
    expect(name).toMatch(/^drill-/)
  }
})

test.each(DRILLS)(
  'the drill $name is broken at first, repaired by the real CLI, and leaves no process',
  async ({ name, prompt }) => {
    await prepareDrill(ROOT, name, workspace)
    const before = await checkDrill(ROOT, name, workspace)
    expect(before).toMatchObject({ repaired: false, message: expect.stringMatching(/^Not repaired: /) })

    const { ended, spool } = await startClaude(name, prompt)
    await ended
    const record = await spool()
    expect(record).toContain('"subtype":"success","is_error":false')
    expect(record).toContain('### Left')
    expect(record).not.toContain('{{')
    expect(record).not.toMatch(/"text":"[^"]*unknown/)

    const after = await checkDrill(ROOT, name, workspace)
    expect(after).toMatchObject({
      repaired: true,
      message: expect.stringMatching(/^Repaired: .* is running; /),
    })

    const processes = await drillProcesses()
    expect(processes.length).toBeGreaterThanOrEqual(2)
    expect(processes.every(isAlive)).toBe(true)
    await endDrill(ROOT, workspace)
    await untilTrue(() => !processes.some(isAlive))
    expect((await checkDrill(ROOT, name, workspace)).repaired).toBe(false)
  },
  60_000,
)

test('a drill goes on where it was when CLI and scripted model are killed and the operator says continue', async () => {
  await prepareDrill(ROOT, 'service-typo', workspace)
  const id = '7d0f8a52-5d2e-4a57-9a3a-6f1f9f6d1c55'
  const first = await startClaude('service-typo', 'The API is down, please check the state', [
    '--session-id',
    id,
  ])
  await untilTrue(async () => (await first.spool().catch(() => '')).includes('byte by byte'))
  first.claude.kill('SIGKILL')
  await first.ended
  await model.close()
  model = await startScriptedModel({ scenarios: drillScenarios(ROOT), hurry: true })
  expect((await checkDrill(ROOT, 'service-typo', workspace)).repaired).toBe(false)

  const second = await startClaude('service-typo', 'continue', ['--resume', id])
  await second.ended
  expect((await checkDrill(ROOT, 'service-typo', workspace)).message).toMatch(/^Repaired: /)
  expect((await second.spool()).match(/See what is on this host/g)).toHaveLength(1)
}, 60_000)

test('the supervisor ends by itself when the workspace is removed', async () => {
  await prepareDrill(ROOT, 'expired-certificate', workspace)
  const processes = await drillProcesses()
  await rm(workspace, { recursive: true })
  await untilTrue(() => !processes.some(isAlive))
}, 20_000)

test('the services end when their supervisor is killed', async () => {
  await prepareDrill(ROOT, 'runaway-log', workspace)
  const [supervisor = 0, ...services] = await drillProcesses()
  expect(services.every(isAlive)).toBe(true)
  process.kill(supervisor, 'SIGKILL')
  await untilTrue(() => !services.some(isAlive))
  expect((await checkDrill(ROOT, 'runaway-log', workspace)).message).toContain('payments-journal is unknown')
}, 20_000)

test('checkDrill() is not satisfied when the log is emptied and goes on filling the volume', async () => {
  await prepareDrill(ROOT, 'runaway-log', workspace)
  await writeFile(join(workspace, 'volume', 'log', 'payments-journal.log'), '')
  const { repaired, message } = await checkDrill(ROOT, 'runaway-log', workspace)
  expect(repaired).toBe(false)
  expect(message).toMatch(/it grew by \d{3,} KiB in a second; log_level is debug/)
}, 20_000)

test('checkDrill() says what is wrong when the workspace holds no drill', async () => {
  const { repaired, message } = await checkDrill(ROOT, 'service-typo', workspace)
  expect(repaired).toBe(false)
  expect(message).toContain('the check failed')
})

test('prepareDrill() refuses when the workspace is not empty or the drill is unknown', async () => {
  await expect(prepareDrill(ROOT, 'none', workspace)).rejects.toThrow('No scenario "none"')
  await writeFile(join(workspace, 'mine.txt'), '')
  await expect(prepareDrill(ROOT, 'service-typo', workspace)).rejects.toThrow('Expected an empty workspace')
})

test('endDrill() does nothing when there is no drill or no workspace', async () => {
  await endDrill(ROOT, workspace)
  await endDrill(ROOT, join(folder, 'absent'))
})
