import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { type ChildProcess, startProcess } from '../server/child-process.ts'
import { findFamily, identify, isRunning } from '../server/claude/process-table.ts'
import { type ScriptedModel, startScriptedModel } from '../server/drill/scripted-model.ts'
import { readEnvironment } from '../server/environment.ts'
import { ROOT, until } from './support/console.ts'
import { breakglass } from './support/trials.ts'

type Daemon = Awaited<ReturnType<typeof start>>
type Output = { type: string; text?: string; result?: string; message?: string }

const closers: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

/** Starts `breakglass session` with a scenario for a model. */
async function start(scenario: string, { policy = 'allow', args = [] as string[], hide = false } = {}) {
  const model = await startScriptedModel({
    scenarios: join(ROOT, 'e2e', 'scenarios'),
    fallbackScenario: scenario,
  })
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'breakglass-daemon-test-')))
  mkdirSync(join(home, 'data'))
  const policyFile = join(home, 'policy.yaml')
  writeFileSync(policyFile, `policy: { default: ${policy} }\n`)
  const own = hide ? [] : ['--policy', policyFile]
  const child = startProcess(
    process.execPath,
    [join(ROOT, 'server', 'launch.mjs'), 'session', '--cwd', home, ...own, ...args],
    {
      cwd: home,
      env: {
        PATH: readEnvironment().inherited.PATH ?? '',
        HOME: home,
        TMPDIR: home,
        LANG: 'C.UTF-8',
        ANTHROPIC_BASE_URL: model.url,
        ANTHROPIC_API_KEY: 'sk-ant-test-dummy-key',
        BREAKGLASS_DATA_DIR: join(home, 'data'),
      },
      stdio: 'pipe',
    },
  )
  const outputs: Output[] = []
  let rest = ''
  let stderr = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) outputs.push(JSON.parse(line) as Output)
  })
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString()
  })
  const exited = once(child, 'exit') as Promise<[number | null]>
  closers.push(async () => {
    child.kill('SIGTERM')
    await exited
    await model.close()
    rmSync(home, { recursive: true, force: true, maxRetries: 5 })
  })
  const daemon = {
    ...{ child, model, home, outputs, exited },
    stderr: () => stderr,
    /** Waits for the next `ready`, and gives what came before it. */
    async ready(): Promise<Output[]> {
      await until(() => outputs.some((output) => output.type === 'ready') || child.exitCode !== null, 60_000)
      const end = outputs.findIndex((output) => output.type === 'ready')
      if (end === -1) throw new Error(`The daemon ended: ${stderr}`)
      return outputs.splice(0, end + 1).slice(0, -1)
    },
    async tell(line: object | string): Promise<Output[]> {
      child.stdin?.write(`${typeof line === 'string' ? line : JSON.stringify(line)}\n`)
      return daemon.ready()
    },
  }
  return daemon
}

/** Everything that a daemon has started, so that it can be looked for when it has ended. */
async function familyOf({ pid }: ChildProcess) {
  const identity = pid === undefined ? null : await identify(pid)
  const family = await findFamily(identity, 'none')
  return Promise.all(family.map(async ({ pid: member }) => identify(member)))
}

async function survivorsOf(family: Awaited<ReturnType<typeof familyOf>>) {
  const running = await Promise.all(family.map((identity) => identity !== null && isRunning(identity)))
  return running.filter(Boolean).length
}

const lastPost = (model: ScriptedModel) =>
  JSON.stringify(model.requests.findLast((request) => request.method === 'POST')?.body)

describe('breakglass session', () => {
  it('answers prompts, starts anew, refuses bad input, and leaves nothing behind when it is shut down', async () => {
    const daemon = await start('several-tools')
    expect(await daemon.ready()).toEqual([])
    const first = await daemon.tell({ cmd: 'send', prompt: 'Look around' })
    expect(first.at(-1)).toEqual({ type: 'result', result: 'The note has two lines.' })
    const texts = first.filter((output) => output.type === 'text_delta').map((output) => output.text)
    expect(texts.join('')).toContain('The note has two lines.')
    expect(existsSync(join(daemon.home, 'note.txt'))).toBe(true)

    const second = await daemon.tell({ cmd: 'send', prompt: '!touch by-shell' })
    expect(second.at(-1)).toEqual({ type: 'result', result: 'You said: !touch by-shell' })
    expect(existsSync(join(daemon.home, 'by-shell'))).toBe(false)
    expect(lastPost(daemon.model)).toContain('Look around')

    for (const bad of ['no json', '[]', '{"cmd":"fly"}', '{"cmd":"send"}', '{"cmd":"send","prompt":" "}']) {
      expect(await daemon.tell(bad)).toEqual([{ type: 'error', message: expect.any(String) }])
    }
    expect(await daemon.tell({ cmd: 'restart' })).toEqual([{ type: 'restarted' }])
    const after = await daemon.tell({ cmd: 'send', prompt: 'Again' })
    expect(after.at(-1)).toMatchObject({ type: 'result' })
    expect(lastPost(daemon.model)).not.toContain('by-shell')

    const family = await familyOf(daemon.child)
    expect(family.length).toBeGreaterThan(1)
    daemon.child.stdin?.write('{"cmd":"shutdown"}\n')
    expect((await daemon.exited)[0]).toBe(0)
    expect(await survivorsOf(family)).toBe(0)
    expect(readdirSync(daemon.home).filter((name) => name.startsWith('breakglass-session-'))).toEqual([])
  })

  it('does what it was told and ends when its input ends', async () => {
    const daemon = await start('plain-text')
    daemon.child.stdin?.end('{"cmd":"send","prompt":"Hello"}')
    expect((await daemon.exited)[0]).toBe(0)
    const types = daemon.outputs.map((output) => output.type).filter((type) => type !== 'text_delta')
    expect(types).toEqual(['ready', 'result', 'ready'])
  })

  it.each([
    { how: 'a signal', exitCode: 0, end: ({ child }: Daemon) => void child.kill('SIGTERM') },
    {
      how: 'the signal of the kill switch',
      exitCode: 1,
      end: ({ child }: Daemon) => void child.kill('SIGUSR2'),
    },
    {
      how: 'the file KILL',
      exitCode: 1,
      end: ({ home }: Daemon) => writeFileSync(join(home, 'data', 'KILL'), 'Stop'),
    },
  ])('ends at once with all that runs when it is told to by $how', async ({ how, exitCode, end }) => {
    const daemon = await start('long-command')
    await daemon.ready()
    daemon.child.stdin?.write('{"cmd":"send","prompt":"Go ahead"}\n')
    await until(() => daemon.outputs.some((output) => output.type === 'text_delta'))
    let family = await familyOf(daemon.child)
    await until(async () => {
      family = await familyOf(daemon.child)
      return family.length > 2
    })
    end(daemon)
    expect((await daemon.exited)[0]).toBe(exitCode)
    expect(await survivorsOf(family)).toBe(0)
    const engaged = { type: 'error', message: expect.stringContaining('The kill switch was engaged by') }
    if (exitCode === 1) expect(daemon.outputs.at(-1)).toEqual(engaged)
    if (how !== 'the file KILL') return
    const { exitCode: refused, stderr } = await breakglass(['session', '--cwd', daemon.home], {
      BREAKGLASS_DATA_DIR: join(daemon.home, 'data'),
    })
    expect({ refused, stderr }).toEqual({
      refused: 1,
      stderr: expect.stringContaining('engaged by the file KILL'),
    })
  })

  it('runs no tool when no policy says that it may', async () => {
    const daemon = await start('failing-tool', { hide: true })
    await daemon.ready()
    expect((await daemon.tell({ cmd: 'send', prompt: 'Go ahead' })).at(-1)).toMatchObject({ type: 'result' })
    expect(lastPost(daemon.model)).toContain('let a rule of --policy allow it')
    expect(lastPost(daemon.model)).not.toContain('before the failure\\n')
  })

  it('says so and goes on when the TUI is not ready in time', async () => {
    const daemon = await start('plain-text', { args: ['--warm-up', '0.05'] })
    expect(await daemon.ready()).toEqual([
      { type: 'error', message: expect.stringContaining('not ready after 0.05 s') },
    ])
    const answers = await daemon.tell({ cmd: 'send', prompt: 'Hello' })
    expect(answers.find((output) => output.type === 'result')).toBeDefined()
  })

  it.each([
    [['--warm-up', 'soon'], '--warm-up is "soon"'],
    [['--cwd', '/nowhere'], '--cwd is "/nowhere"'],
    [['--fast'], '--fast'],
  ])('ends with 2 and says why when the arguments are %j', async (args, words) => {
    const daemon = await start('plain-text', { args })
    expect((await daemon.exited)[0]).toBe(2)
    expect(daemon.stderr()).toContain(words)
  })
})
