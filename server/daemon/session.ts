// `breakglass session`: a TUI kept hot for another program, one JSON object a line in and out.
import { randomUUID } from 'node:crypto'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { parseArgs } from 'node:util'
import { ASKING_TOOLS, loadAgent } from '../agent/agent.ts'
import { locateBinary } from '../claude/binary.ts'
import { answerFirstRun } from '../claude/first-run.ts'
import { type Launch, launchEnvironment } from '../claude/launch.ts'
import { toolResultsFolder } from '../claude/transcript.ts'
import { upstreamOf } from '../claude/tui-launch.ts'
import { startWireTee } from '../claude/wire-tee.ts'
import { readConfig, readPolicy } from '../config.ts'
import type { Question } from '../drivers/driver.ts'
import { readEnvironment } from '../environment.ts'
import { createPolicyEngine } from '../gate/policy/engine.ts'
import { asText } from '../prompt-text.ts'
import { createProviders } from '../providers.ts'
import { type Command, createCommandReader } from './commands.ts'
import { type DaemonTui, startDaemonTui } from './daemon-tui.ts'
import { watchKill } from './kill-watch.ts'

type Output =
  | { type: 'ready' }
  | { type: 'text_delta'; text: string }
  | { type: 'result'; result: string }
  | { type: 'restarted' }
  | { type: 'error'; message: string }

const WARM_UP_S = 20
/** Commands that wait; beyond, stdin is not read on. */
const COMMANDS_MAX = 100

/**
 * Runs the daemon until `shutdown`, the end of its input, or SIGTERM. Commands are done one after another, also those
 * that came before the end of the input; when nobody reads its output any more, or the kill switch is engaged, it ends at once.
 *
 * @param root of the project
 * @returns the exit code: 0, 1 where the kill switch has ended it, or 2 where the arguments are not understood
 * @throws Error when the CLI can't be started or the kill switch is engaged, with the reason in words
 */
export async function runSession(
  root: string,
  argv: readonly string[],
  io: { stdin: Readable; stdout: Writable; stderr: Writable },
): Promise<number> {
  const options = readOptions(argv)
  if (typeof options !== 'string') return serve(root, options, io)
  io.stderr.write(`${options}\n`)
  return 2
}

async function serve(
  root: string,
  options: Options,
  io: { stdin: Readable; stdout: Writable },
): Promise<number> {
  process.umask(0o077)
  const judge = createJudge(options.policy)
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'breakglass-session-')))
  try {
    return await serveIn(directory, root, options, judge, io)
  } finally {
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** @param directory of everything that the daemon writes */
async function serveIn(
  directory: string,
  root: string,
  options: Options,
  judge: ReturnType<typeof createJudge>,
  io: { stdin: Readable; stdout: Writable },
): Promise<number> {
  let killed = false
  const unwatch = watchKill(readEnvironment().dataDirectory, (why) => {
    killed = true
    print({ type: 'error', message: why })
    commands.end()
  })
  const firstLaunch = prepareLaunch(root, directory, options)
  const tee = await startWireTee(upstreamOf(firstLaunch))
  const commands = createCommandQueue(io)
  let launch = firstLaunch
  let tui: DaemonTui | undefined

  const print = (output: Output) => void io.stdout.write(`${JSON.stringify(output)}\n`)
  const onText = (text: string) => print({ type: 'text_delta', text })

  try {
    await start()
    print({ type: 'ready' })
    for (let command = await commands.next(); command; command = await commands.next()) {
      if (command.cmd === 'shutdown') break
      await obey(command)
      if (!killed) print({ type: 'ready' })
    }
    return killed ? 1 : 0
  } finally {
    unwatch()
    await tui?.end(killed ? 0 : undefined)
    await tee.close()
  }

  async function start() {
    const policy = (question: Question) => judge(question, launch)
    tui = await startDaemonTui({ launch, directory: join(directory, 'processes'), tee, policy, onText })
    const problem = await commands.unlessEnded(tui.ready(options.warmUpMs))
    if (problem) print({ type: 'error', message: problem })
  }

  async function obey(command: Exclude<Command, { cmd: 'shutdown' }>) {
    switch (command.cmd) {
      case 'invalid':
        return print({ type: 'error', message: command.problem })
      case 'restart':
        launch = { ...launch, cliSessionId: randomUUID() }
        await tui?.end()
        await start()
        return print({ type: 'restarted' })
      case 'send': {
        const answer = await commands.unlessEnded(tui?.send(asText(command.prompt)))
        if (!answer) return
        if (answer.ok) print({ type: 'result', result: answer.result })
        else print({ type: 'error', message: answer.problem })
        // The conversation goes on in a new TUI where this one has ended or shows a dialog.
        if ((await commands.unlessEnded(tui?.ready(options.warmUpMs))) === null) return
        await tui?.end()
        await start()
      }
    }
  }
}

type Options = { cwd: string; claude: string | null; warmUpMs: number; policy: string | null }

/** @returns what is wrong with the arguments, in words */
function readOptions(argv: readonly string[]): Options | string {
  const usage =
    'Usage: breakglass session [--cwd DIRECTORY] [--claude PATH] [--warm-up SECONDS] [--policy FILE]'
  try {
    const string = { type: 'string' } as const
    const { values } = parseArgs({
      args: [...argv],
      options: { cwd: string, claude: string, 'warm-up': string, policy: string },
      strict: true,
    })
    const { cwd = '.', claude = null, policy = null, 'warm-up': warmUp = String(WARM_UP_S) } = values
    const seconds = Number(warmUp)
    if (!(seconds > 0 && seconds <= 3600))
      return `--warm-up is ${JSON.stringify(warmUp)}: a number of seconds from 1 to 3600 was expected\n${usage}`
    if (!statSync(cwd, { throwIfNoEntry: false })?.isDirectory())
      return `--cwd is ${JSON.stringify(cwd)}: an existing directory was expected\n${usage}`
    return { cwd: realpathSync(cwd), claude, warmUpMs: seconds * 1000, policy: policy && resolve(policy) }
  } catch (error) {
    return `${error instanceof Error ? error.message : String(error)}\n${usage}`
  }
}

/** Everything of the CLI's stands in a directory of the daemon's own, which goes when it ends. */
function prepareLaunch(root: string, directory: string, { cwd, claude }: Options): Launch {
  const environment = readEnvironment()
  const config = readConfig(environment.configFile)
  const configDirectory = join(directory, 'claude')
  const temporaryDirectory = join(directory, 'tmp')
  for (const path of [configDirectory, temporaryDirectory]) mkdirSync(path, { recursive: true, mode: 0o700 })
  const agent = loadAgent(root, config.agent.prompt_file ?? null)
  const { access } = createProviders(config, environment, configDirectory).standard
  const launch: Launch = {
    claude: locateBinary(root, claude ?? environment.claude, environment.inherited),
    workspace: cwd,
    ...{ configDirectory, temporaryDirectory, access },
    cliSessionId: randomUUID(),
    resume: false,
    agent: { ...agent, disallowed_tools: [...agent.disallowed_tools, ...ASKING_TOOLS] },
    toolTimeoutMs: config.limits.tool_minutes * 60_000,
    inherited: environment.inherited,
  }
  answerFirstRun(configDirectory, cwd, launchEnvironment(launch, '').ANTHROPIC_API_KEY ?? null)
  return launch
}

/** Without a file every call is asked for, and nobody is there to be asked. */
function createJudge(path: string | null) {
  const policy = path === null ? { default: 'ask' as const, rules: [] } : readPolicy(path)
  const engine = createPolicyEngine(policy)
  return (question: Question, launch: Launch) => {
    const { workspace, temporaryDirectory, configDirectory, cliSessionId, inherited } = launch
    return engine.judge(question, {
      ...{ workspace, cwd: workspace, ...(inherited.HOME ? { home: inherited.HOME } : {}) },
      ownFolders: [temporaryDirectory],
      readableFolders: [toolResultsFolder(configDirectory, workspace, cliSessionId)],
      dataDirectory: dirname(configDirectory),
      consolePids: [process.pid],
    })
  }
}

/** Commands in order, until the input ends, a signal comes, or nobody reads the output any more. */
function createCommandQueue({ stdin, stdout }: { stdin: Readable; stdout: Writable }) {
  const waiting: Command[] = []
  let isLast = false
  let wake: (() => void) | null = null
  let end: () => void = () => {}
  const ended = new Promise<null>((resolve) => {
    end = () => {
      isLast = true
      waiting.length = 0
      wake?.()
      resolve(null)
    }
  })
  const reader = createCommandReader((command) => {
    waiting.push(command)
    wake?.()
  })
  const close = () => {
    isLast = true
    wake?.()
  }
  stdin.on('data', (chunk: Buffer) => {
    reader.feed(chunk)
    if (waiting.length > COMMANDS_MAX) stdin.pause()
  })
  stdin.once('end', () => {
    reader.end()
    close()
  })
  stdin.once('error', close)
  stdout.once('error', end)
  process.once('SIGTERM', end)
  process.once('SIGINT', end)
  process.once('SIGHUP', end)

  return {
    end,
    async next(): Promise<Command | null> {
      while (waiting.length === 0 && !isLast) {
        stdin.resume()
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
      return waiting.shift() ?? null
    },
    /** What is awaited, or null as soon as the daemon is to end. */
    unlessEnded: <T>(awaited: Promise<T> | undefined): Promise<T | null> =>
      Promise.race([awaited ?? ended, ended]),
  }
}
