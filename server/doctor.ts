// `breakglass doctor`: checks what a recovery depends on, a line each, with what to do.
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { openDatabase } from '../db/database.ts'
import type { HealthCheck } from '../lib/api.ts'
import { runProcess } from './child-process.ts'
import { findBinary } from './claude/binary.ts'
import { type Config, readConfig } from './config.ts'
import { findAgentUser } from './containment/agent-user.ts'
import { createContainment, readContainment } from './containment/containment.ts'
import { type DataDirectory, openDataDirectory, runningConsole } from './data-directory.ts'
import { type Environment, readEnvironment } from './environment.ts'
import { checkCli, checkClock, checkDisk, checkProviders } from './health.ts'
import { checkKill } from './kill/check-kill.ts'
import { createSentinel } from './kill/sentinel.ts'
import { probeProvider } from './ladder/probes.ts'
import { createProviders } from './providers.ts'

/** @returns 0 when nothing is in error, else 1 */
export async function doctor(root: string, print: (line: string) => void): Promise<number> {
  let failed = false
  const tell = ({ name, state, detail, hint }: HealthCheck) => {
    failed ||= state === 'error'
    print(
      `${{ ok: 'ok  ', warn: 'warn', error: 'FAIL' }[state]}  ${name.padEnd(13)} ${hint ? `${detail}: ${hint}` : detail}`,
    )
  }
  const environment = readEnvironment()
  const config = attempt('Configuration', tell, () => readConfig(environment.configFile))
  const data = attempt('Data', tell, () => openDataDirectory(environment.dataDirectory))
  if (config)
    tell({
      name: 'Configuration',
      state: 'ok',
      detail: environment.configFile ?? 'none, everything has its default',
    })
  if (!data || !config) return 1

  const holder = await runningConsole(data.path)
  tell({ name: 'Console', state: 'ok', detail: holder ? `runs as pid ${holder.pid}` : 'is not running' })
  tell({ name: 'Data', state: 'ok', detail: `${data.path}, private to its user` })
  tell(checkKill(readKill(data)))
  tell(checkDisk(data))
  tell(checkRecordFile(data))
  tell(checkClock(data))
  const binary = await findBinary(root, environment.claude, environment.inherited, data.claudeConfig)
  tell(checkCli(binary))
  // In a directory of its own: the keys of a running console must not be touched.
  const scratch = mkdtempSync(join(data.path, 'doctor-'))
  try {
    mkdirSync(join(scratch, 'claude'), { mode: 0o700 })
    const { standard, list } = createProviders(config, environment, join(scratch, 'claude'))
    if (binary.version && !standard.hasCredentials) tell(await checkLogin(binary.path, environment, data))
    for (const check of checkProviders(await Promise.all(list.map(probeProvider)))) tell(check)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
  // What a console has found holds for its own cgroup, not for the one of this shell.
  const found = holder && readContainment(data.path, holder)
  tell(found ?? (await lookForContainment(config, data, environment, tell)))
  const secure = environment.origins.find((origin) => origin.startsWith('https://'))
  if (secure) tell(checkProxy(secure))
  return failed ? 1 : 0
}

async function lookForContainment(
  config: Config,
  data: DataDirectory,
  { inherited: env }: Environment,
  tell: (check: HealthCheck) => void,
): Promise<HealthCheck> {
  const user = await findAgentUser(config.containment, env).catch((error: Error) => {
    tell({ name: 'Launcher', state: 'error', detail: error.message })
    return null
  })
  const containment = await createContainment(config.containment, data.path, { onMet: null, user, env })
  containment.close()
  return containment.describe()
}

function attempt<T>(name: string, tell: (check: HealthCheck) => void, action: () => T): T | null {
  try {
    return action()
  } catch (error) {
    tell({ name, state: 'error', detail: (error as Error).message })
    return null
  }
}

/** The file stands there from the moment the switch is engaged; a running console sees to that. */
function readKill({ path }: DataDirectory) {
  const order = createSentinel(path).read()
  return { engaged: order !== null, by: null, at: null, reason: null, ...order, survivors: [] }
}

function checkRecordFile(data: DataDirectory): HealthCheck {
  if (!existsSync(data.database))
    return { name: 'SQLite', state: 'ok', detail: 'no record yet; the first start makes it' }
  try {
    const database = openDatabase(data.database)
    const version = database.prepare('SELECT sqlite_version()').pluck().get()
    const check = database.pragma('quick_check(1)', { simple: true })
    database.close()
    if (check !== 'ok') throw new Error(String(check))
    return { name: 'SQLite', state: 'ok', detail: `${version}, WAL, every commit is synced` }
  } catch (error) {
    return {
      name: 'SQLite',
      state: 'error',
      detail: `${data.database}: ${(error as Error).message}. Keep the file as evidence and restore a backup`,
    }
  }
}

async function checkLogin(
  claude: string,
  environment: Environment,
  data: DataDirectory,
): Promise<HealthCheck> {
  const env = {
    ...environment.inherited,
    ...environment.providerVariables,
    CLAUDE_CONFIG_DIR: data.claudeConfig,
    DISABLE_AUTOUPDATER: '1',
  }
  const { exitCode } = await runProcess(claude, ['auth', 'status', '--json'], { env, timeoutMs: 15_000 })
  return exitCode === 0
    ? { name: 'Login', state: 'ok', detail: 'the CLI is logged in' }
    : {
        name: 'Login',
        state: 'warn',
        detail:
          'the CLI is not logged in: run "claude auth login" as the user of the console, or set ANTHROPIC_API_KEY. Drills work without',
      }
}

/** Headers that name another address than the connection's are not believed, whoever sends them. */
function checkProxy(origin: string): HealthCheck {
  const detail = `everybody who comes by ${origin} has the address of the proxy: five wrong passwords close sign-in there for all of them, and by the address of this host, e.g. an SSH tunnel, it stays open. Let the proxy limit the rate of POST /api/logins for each client`
  return { name: 'Proxy', state: 'warn', detail }
}
