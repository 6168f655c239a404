// Starts the real console for a test: a process of its own, a private data directory, loopback ports, nothing inherited.
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parse, stringify } from 'yaml'
import { openDatabase } from '../../db/database.ts'
import { createProcessesTable } from '../../db/processes.ts'
import type { SessionDetail, SessionView } from '../../lib/api.ts'
import type { RecordedEvent, StreamEvent } from '../../lib/events.ts'
import { type ChildProcess, startProcess } from '../../server/child-process.ts'
import { openCgroups } from '../../server/containment/cgroups.ts'
import { endTreeAt } from '../../server/containment/containment.ts'
import { startScriptedModel } from '../../server/drill/scripted-model.ts'
import { readEnvironment } from '../../server/environment.ts'
import { addAccount } from './accounts.ts'

export const ROOT = join(import.meta.dirname, '..', '..')
export const ADMIN = { name: 'ana', password: 'correct horse battery' }

export type TestConsole = {
  url: string
  port: number
  data: string
  token: string
  /** Everything it has printed. */
  output(): string
  process(): ChildProcess
  /** Ends it as the kernel would. */
  kill(signal?: NodeJS.Signals): Promise<void>
  /** Starts it again on the same data directory and port. */
  start(extra?: Record<string, string>): Promise<void>
  /** Runs a `breakglass` command against its data directory. */
  command(
    args: readonly string[],
    stdin?: string,
  ): Promise<{ exitCode: number | null; stdout: string; stderr: string }>
  /** A request with the admin's bearer token. */
  request<T = unknown>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<{ status: number; data: T }>
  openSession(scenario?: string, more?: Record<string, unknown>): Promise<SessionView>
  prompt(
    sessionId: string,
    prompt: string,
    more?: Record<string, unknown>,
  ): Promise<{ turn_id: string; state: string }>
  events(sessionId: string): Promise<RecordedEvent[]>
  session(sessionId: string): Promise<SessionDetail>
  /** Waits until an event of the record fits. */
  waitFor(sessionId: string, fits: (event: RecordedEvent) => boolean, ms?: number): Promise<RecordedEvent>
  /** Ends it, its model and its data. */
  close(): Promise<void>
}

/** Below the ports that systems hand out by themselves: none of those comes in between. */
const PORTS = { from: 12_000, count: 18_000 }

/** A port that was free a moment ago, chosen by chance: other test files look for one at the same time. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = PORTS.from + randomInt(PORTS.count)
    const server = createServer().listen(port, '127.0.0.1')
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false,
    )
    if (!isFree) continue
    await new Promise((resolve) => server.close(resolve))
    return port
  }
}

/**
 * @param options.scenarios folder of scenarios for the model, `e2e/scenarios` unless given
 * @param options.config lines of a configuration file
 * @param options.account false to leave the set-up to the test
 * @param options.model false for a console without model credentials
 * @param options.warm false for one that starts no CLI ahead: quicker where nothing depends on it
 */
export async function startTestConsole(
  options: {
    scenarios?: string
    config?: string
    account?: boolean
    model?: boolean
    warm?: boolean
    env?: Record<string, string>
  } = {},
): Promise<TestConsole> {
  const home = mkdtempSync(join(tmpdir(), 'breakglass-test-'))
  const data = options.env?.BREAKGLASS_DATA_DIR ?? join(home, 'data')
  mkdirSync(data, { recursive: true, mode: 0o700 })
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const model =
    options.model === false
      ? null
      : await startScriptedModel({ scenarios: options.scenarios ?? join(ROOT, 'e2e', 'scenarios') })
  const configFile = join(home, 'config.yaml')
  const config = options.warm === false ? withoutWarm(options.config) : options.config
  if (config) writeFileSync(configFile, config)
  const environment: Record<string, string> = {
    PATH: readEnvironment().inherited.PATH ?? '',
    HOME: home,
    LANG: 'C.UTF-8',
    BREAKGLASS_PORT: String(port),
    BREAKGLASS_DATA_DIR: data,
    ...(config ? { BREAKGLASS_CONFIG: configFile } : {}),
    ...(model ? { ANTHROPIC_BASE_URL: model.url, ANTHROPIC_API_KEY: 'sk-ant-test-dummy-key' } : {}),
    ...options.env,
  }
  let child: ChildProcess
  let printed = ''
  let token = ''

  const test: TestConsole = {
    url,
    port,
    data,
    get token() {
      return token
    },
    output: () => printed,
    process: () => child,
    async kill(signal = 'SIGKILL') {
      if (child.exitCode !== null || child.signalCode !== null) return
      const exited = once(child, 'exit')
      child.kill(signal)
      await exited
    },
    async start(extra = {}) {
      const from = printed.length
      child = startProcess(process.execPath, [join(ROOT, 'server', 'launch.mjs'), 'start'], {
        cwd: home,
        env: { ...environment, ...extra },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      const take = (chunk: Buffer) => {
        printed += chunk.toString()
      }
      child.stdout?.on('data', take)
      child.stderr?.on('data', take)
      await until(() => {
        if (child.exitCode !== null) throw new Error(`The console ended with ${child.exitCode}:\n${printed}`)
        return printed.slice(from).includes('Breakglass is open on')
      }, 110_000)
    },
    command(args, stdin = '') {
      return run(args, stdin, home, environment)
    },
    async request<T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
      const response = await fetch(url + path, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      const text = await response.text()
      return { status: response.status, data: (text === '' ? null : JSON.parse(text)) as T }
    },
    async openSession(scenario = 'plain-text', more = {}) {
      const body = { reason: `A test of ${scenario}`, model: `drill-${scenario}`, ...more }
      const { status, data: session } = await test.request<SessionView>('POST', '/api/sessions', body)
      if (status !== 201) throw new Error(`Opening a session gave ${status}: ${JSON.stringify(session)}`)
      return session
    },
    async prompt(sessionId, prompt, more = {}) {
      const path = `/api/sessions/${sessionId}/turns`
      const { status, data: turn } = await test.request<{ turn_id: string; state: string }>('POST', path, {
        prompt,
        ...more,
      })
      if (status !== 202) throw new Error(`The prompt gave ${status}: ${JSON.stringify(turn)}`)
      return turn
    },
    async events(sessionId) {
      const { data: page } = await test.request<{ events: RecordedEvent[] }>(
        'GET',
        `/api/sessions/${sessionId}/events?limit=5000`,
      )
      return page.events
    },
    async session(sessionId) {
      return (await test.request<SessionDetail>('GET', `/api/sessions/${sessionId}`)).data
    },
    async waitFor(sessionId, fits, ms = 60_000) {
      let found: RecordedEvent | undefined
      await until(async () => {
        found = (await test.events(sessionId)).find(fits)
        return found !== undefined
      }, ms)
      return found as RecordedEvent
    },
    async close() {
      await test.kill('SIGTERM')
      await endLeftTurns(data)
      await model?.close()
      rmSync(home, { recursive: true, force: true })
    },
  }

  if (options.account !== false) {
    token = (await addAccount(data, ADMIN, 'admin', 'test')).token
  }
  await test.start()
  return test
}

function withoutWarm(config = ''): string {
  const parsed = parse(config) as { limits?: object } | null
  return stringify({ ...parsed, limits: { ...parsed?.limits, warm_processes: 0 } })
}

/** Turns go on without their console, and their cgroups stay; after a test nobody would take them up. */
async function endLeftTurns(data: string) {
  const path = join(data, 'breakglass.db')
  if (!existsSync(path)) return
  const database = openDatabase(path, { readonly: true })
  const left = createProcessesTable(database).living()
  database.close()
  const endTree = endTreeAt(data)
  await Promise.all(left.map(({ id }) => endTree(null, id, { graceMs: 0 })))
  const place = join(data, 'cgroup')
  if (existsSync(place)) openCgroups(readFileSync(place, 'utf8')).leave()
}

/** Waits until something is true. @throws Error after `ms` */
export async function until(isTrue: () => boolean | Promise<boolean>, ms = 30_000): Promise<void> {
  const giveUpAt = performance.now() + ms
  while (!(await isTrue())) {
    if (performance.now() > giveUpAt)
      throw new Error(`It did not become true within ${ms} ms: ${isTrue.toString()}`)
    await sleep(25)
  }
}

/** Reads an event stream from after `seq` until an event fits. */
export async function readStream(
  test: TestConsole,
  path: string,
  fits: (event: StreamEvent) => boolean,
  headers: Record<string, string> = {},
): Promise<StreamEvent[]> {
  const abort = new AbortController()
  const response = await fetch(test.url + path, {
    headers: { authorization: `Bearer ${test.token}`, accept: 'text/event-stream', ...headers },
    signal: abort.signal,
  })
  if (!response.ok || !response.body)
    throw new Error(`The stream gave ${response.status}: ${await response.text()}`)
  const events: StreamEvent[] = []
  let rest = ''
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    const frames = (rest + chunk).split('\n\n')
    rest = frames.pop() ?? ''
    for (const frame of frames) {
      const data = frame.split('\n').find((line) => line.startsWith('data: '))
      if (!data) continue
      const event = JSON.parse(data.slice(6)) as StreamEvent
      events.push(event)
      if (fits(event)) {
        abort.abort()
        return events
      }
    }
  }
  return events
}

async function run(args: readonly string[], stdin: string, cwd: string, env: Record<string, string>) {
  const child = startProcess(process.execPath, [join(ROOT, 'server', 'launch.mjs'), ...args], {
    cwd,
    env,
    stdio: 'pipe',
  })
  let stdout = ''
  let stderr = ''
  child.stdout?.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr?.on('data', (chunk) => {
    stderr += chunk
  })
  child.stdin?.end(stdin)
  const [exitCode] = (await once(child, 'close')) as [number | null]
  return { exitCode, stdout, stderr }
}
