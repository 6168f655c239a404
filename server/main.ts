// The front door: boot, checks on the raw request, Next behind them, orderly shutdown.

import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import next from 'next'
import { type Config, readConfig } from './config.ts'
import { type Console, startConsole } from './console.ts'
import { findAgentUser, openAgentDirectory } from './containment/agent-user.ts'
import { holdDataDirectory, openDataDirectory } from './data-directory.ts'
import { type Environment, giveNextItsConfig, LOOPBACK, readEnvironment } from './environment.ts'
import { admitRequest } from './front-door/admit-request.ts'
import { fillRefusals } from './front-door/fill-refusals.ts'
import {
  dropWhenStalled,
  limitServer,
  SERVER_OPTIONS,
  watchQuiet,
  writeProblem,
} from './front-door/limits.ts'
import { takeShortWay } from './front-door/short-way.ts'
import { problem } from './http/problem.ts'
import { createLog, type Log } from './log.ts'
import { setRuntime } from './runtime.ts'

/** How long open requests may take to end at a shutdown. */
const SHUTDOWN_MS = 8_000
const QUIET_LOOK_MS = 50
/** Ctrl-C reaches the whole process group, and npm passes it on once more: signals this close are one. */
const SAME_SIGNAL_MS = 1_000

/**
 * Runs the console until it is told to stop.
 *
 * @param root of the project
 * @param print lines for the person who started it
 * @param options.drillsOnly leaves every model credential out, so that nothing but drills can be run
 * @returns the exit code
 * @throws Error in plain words when it can't start
 */
export async function serve(
  root: string,
  print: (line: string) => void,
  { drillsOnly = false }: { drillsOnly?: boolean } = {},
): Promise<number> {
  process.umask(0o077)
  const environment = drillsOnly ? withoutCredentials(readEnvironment()) : readEnvironment()
  const config = { ...readNamedConfig(environment), ...(drillsOnly ? { providers: undefined } : {}) }
  const user = await findAgentUser(config.containment, environment.inherited)
  const data = openDataDirectory(environment.dataDirectory, openAgentDirectory(config.containment, user))
  const giveUp = await holdDataDirectory(data.path)
  const log = createLog(data.log)
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  try {
    const server = createServer(SERVER_OPTIONS)
    limitServer(server)
    const closeQuiet = watchQuiet(server)
    server.on('request', answerNotReady)
    // The port first: a console that can't be reached must not take turns up.
    await listen(server, environment)
    const page = preparePage(root)
    page.catch(() => undefined)
    const console = await startConsole({ root, version, environment, config, data, user, log, drillsOnly })
    refuseStrangers(console, environment)
    setRuntime(console.runtime)
    open(server, console, await page, log)
    announce(console, environment, print)
    void console.runtime.health.cli().then(({ state, hint }) => state === 'error' && hint && print(hint))
    await untilTold(print)
    await shutDown(server, console, closeQuiet)
    return 0
  } finally {
    giveUp()
  }
}

function withoutCredentials(environment: Environment): Environment {
  return { ...environment, providerVariables: {}, home: '/nonexistent' }
}

function readNamedConfig({ configFile }: Environment): Config {
  try {
    return readConfig(configFile)
  } catch (error) {
    throw new Error(`BREAKGLASS_CONFIG can't be used: ${(error as Error).message}`)
  }
}

async function preparePage(root: string) {
  const built = readFileSync(join(root, '.build', 'next', 'required-server-files.json'), 'utf8')
  giveNextItsConfig((JSON.parse(built) as { config: unknown }).config)
  // An httpServer of its own, on which nobody listens: Next would take upgrades past the front door.
  const app = next({ dev: false, dir: root, customServer: true, httpServer: createServer() })
  await quietly(() => app.prepare())
  return app.getRequestHandler()
}

function listen(server: Server, { host, port }: Environment): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why =
        error.code === 'EADDRINUSE'
          ? `Port ${port} on ${host} is taken: stop what uses it, or set BREAKGLASS_PORT to another port`
          : `Cannot listen on ${host}:${port}: ${error.message}. Set BREAKGLASS_HOST to an address of this host, and BREAKGLASS_PORT to a port that its user may open`
      reject(new Error(why))
    })
    server.listen({ host, port }, () => resolve())
  })
}

/** @throws Error when others than this host could come in and there is no account yet */
function refuseStrangers({ runtime: { auth } }: Console, { host }: Environment) {
  if (LOOPBACK.has(host) || auth.hasOperators()) return
  throw new Error(
    `BREAKGLASS_HOST is ${JSON.stringify(host)} and there is no account yet: create one on this host with "breakglass operator add NAME --role admin", then start again`,
  )
}

/** Next tells on standard output how long its configuration took: nothing that an operator has to read. */
async function quietly(action: () => Promise<void>) {
  const { log } = console
  console.log = () => {}
  try {
    await action()
  } finally {
    console.log = log
  }
}

type PageHandler = Awaited<ReturnType<typeof preparePage>>

function open(server: Server, { runtime }: Console, handle: PageHandler, log: Log) {
  server.off('request', answerNotReady)
  server.on('request', (request, response) => {
    if (!admitRequest(request, response, runtime.auth.origins)) return
    dropWhenStalled(response)
    answer(request, response).catch((error: unknown) => {
      log.error({ path: request.url?.split('?')[0], error: String(error) }, 'A request failed')
      response.destroy()
    })
  })

  function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const taken = takeShortWay(request, response)
    if (taken) return taken
    fillRefusals(request, response, handle)
    return handle(request, response)
  }
}

function answerNotReady(request: IncomingMessage, response: ServerResponse) {
  // A page that is open asks for its scripts: words in their place would be reported as a forbidden kind of script.
  if (request.url?.startsWith('/_next/')) {
    response.writeHead(503, { 'retry-after': '1', connection: 'close' }).end()
    return
  }
  writeProblem(response, problem(503, 'starting', 'The console is starting: try again in a second'))
}

function announce(
  { runtime, adopted }: Console,
  { host, port, origins }: Environment,
  print: (line: string) => void,
) {
  const address = origins[0] ?? `http://${host.includes(':') ? `[${host}]` : host}:${port}`
  print(`Breakglass is open on ${address}`)
  const token = runtime.auth.setUpToken()
  if (token) print(`Create the first account (this link works once): ${address}/setup#${token}`)
  if (adopted > 0)
    print(
      `${adopted} ${adopted === 1 ? 'turn' : 'turns'} of the console before ${adopted === 1 ? 'goes' : 'go'} on`,
    )
  if (!runtime.config.has_credentials)
    print('No model credentials were found: drills work without, see the first page')
}

/** Resolves at SIGTERM or SIGINT; a later one ends the process at once. */
function untilTold(print: (line: string) => void): Promise<void> {
  return new Promise((resolve) => {
    let toldAt: number | null = null
    const take = () => {
      if (toldAt === null) {
        toldAt = performance.now()
        print('Stopping …')
        resolve()
      } else if (performance.now() - toldAt > SAME_SIGNAL_MS) process.exit(1)
    }
    process.on('SIGTERM', take)
    process.on('SIGINT', take)
  })
}

async function shutDown(server: Server, console: Console, closeQuiet: () => void) {
  const closed = new Promise((resolve) => server.close(resolve))
  const timer = setTimeout(() => server.closeAllConnections(), SHUTDOWN_MS)
  await console.close()
  // Again and again: a connection whose request is being answered is quiet when it has been.
  const looks = setInterval(closeQuiet, QUIET_LOOK_MS)
  await closed
  clearInterval(looks)
  clearTimeout(timer)
}
