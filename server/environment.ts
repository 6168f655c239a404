// Reads the process's environment once: the only importer of process.env. Everything inside trusts what stands here.
import { homedir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'

/** What the console was told by its environment, checked. */
export type Environment = {
  host: string
  port: number
  /** Origins besides loopback under which the console is served, e.g. `https://recovery.example`. */
  origins: readonly string[]
  dataDirectory: string
  configFile: string | null
  /** The CLI to run, or null for the pinned one. */
  claude: string | null
  /** Provider variables that may reach the CLI, as they are set. */
  providerVariables: Readonly<Record<string, string>>
  /** Variables of the host that every child gets: PATH, HOME, locale, proxies. */
  inherited: Readonly<Record<string, string>>
  /** The operator's home directory, where the host's own CLI login may stand. */
  home: string
  ci: boolean
}

/** A variable with a value that can't be used. The message names it and says what was expected. */
export class EnvironmentError extends Error {
  override name = 'EnvironmentError'
}

const PROVIDER_VARIABLES = [
  'ANTHROPIC_API_KEY',
  'ANTHROPIC_AUTH_TOKEN',
  'ANTHROPIC_BASE_URL',
  'CLAUDE_CODE_OAUTH_TOKEN',
] as const

const INHERITED =
  /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LC_[A-Z]+|TZ|TERM|HTTPS?_PROXY|NO_PROXY|ALL_PROXY|https?_proxy|no_proxy|all_proxy|NODE_EXTRA_CA_CERTS|SSL_CERT_FILE|SSL_CERT_DIR)$/

/** Hosts that only this machine reaches. */
export const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '::1'])

/**
 * Reads and checks the environment.
 * @throws EnvironmentError naming the variable and what was expected
 */
export function readEnvironment(
  variables: Readonly<Record<string, string | undefined>> = process.env,
): Environment {
  const text = (name: string) => variables[name]?.trim() || null
  const home = text('HOME') ?? homedir()
  const origins = parseOrigins(text('BREAKGLASS_ORIGIN'))
  const host = text('BREAKGLASS_HOST') ?? '127.0.0.1'
  if (!LOOPBACK.has(host) && !origins.some((origin) => origin.startsWith('https://'))) {
    throw new EnvironmentError(
      `BREAKGLASS_HOST is ${JSON.stringify(host)}: an address other than loopback needs BREAKGLASS_ORIGIN to name the https origin it is served under`,
    )
  }
  const claude = text('BREAKGLASS_CLAUDE')
  checkBaseUrl(text('ANTHROPIC_BASE_URL'))
  return {
    host,
    port: parsePort(text('BREAKGLASS_PORT')),
    origins,
    dataDirectory:
      absolute('BREAKGLASS_DATA_DIR', text('BREAKGLASS_DATA_DIR')) ??
      defaultDataDirectory(text('XDG_DATA_HOME'), home),
    configFile: text('BREAKGLASS_CONFIG') && resolve(text('BREAKGLASS_CONFIG') ?? ''),
    claude: claude === null || isAbsolute(claude) || !claude.includes('/') ? claude : resolve(claude),
    providerVariables: pick(variables, (name) => (PROVIDER_VARIABLES as readonly string[]).includes(name)),
    inherited: pick(variables, (name) => INHERITED.test(name)),
    home,
    ci: text('CI') === 'true',
  }
}

/** The value of one variable that the configuration names, e.g. a provider's key. */
export function readVariable(name: string): string | null {
  return process.env[name]?.trim() || null
}

/** The named variables that are set. */
export function readVariables(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = readVariable(name)
      return value === null ? [] : [[name, value]]
    }),
  )
}

/**
 * Hands Next the configuration that it was built with, as its own standalone server does: it then neither compiles
 * next.config.ts at every start (100 to 300 ms, and a line on standard output) nor loads `.env` files of the project.
 */
export function giveNextItsConfig(config: unknown): void {
  process.env.__NEXT_PRIVATE_STANDALONE_CONFIG = JSON.stringify(config)
}

function parsePort(value: string | null): number {
  if (value === null) return 4911
  const port = Number(value)
  if (/^\d+$/.test(value) && port >= 1 && port <= 65_535) return port
  throw new EnvironmentError(
    `BREAKGLASS_PORT is ${JSON.stringify(value)}: a port number from 1 to 65535 was expected`,
  )
}

function checkBaseUrl(value: string | null) {
  if (value === null || (URL.canParse(value) && /^https?:$/.test(new URL(value).protocol))) return
  throw new EnvironmentError(
    `ANTHROPIC_BASE_URL is ${JSON.stringify(value)}: the http or https URL of a Messages API was expected`,
  )
}

function parseOrigins(value: string | null): string[] {
  if (value === null) return []
  return value.split(',').map((part) => {
    const given = part.trim()
    let url: URL | null = null
    try {
      url = new URL(given)
    } catch {}
    const isTunnel =
      url?.protocol === 'http:' && (url.hostname === 'localhost' || url.hostname === '127.0.0.1')
    if (
      !url ||
      !(url.protocol === 'https:' || isTunnel) ||
      url.origin !== given.toLowerCase().replace(/\/$/, '')
    ) {
      throw new EnvironmentError(
        `BREAKGLASS_ORIGIN holds ${JSON.stringify(given)}: origins like https://recovery.example or http://localhost:9000 were expected, separated by commas`,
      )
    }
    return url.origin
  })
}

function absolute(name: string, value: string | null): string | null {
  if (value === null || isAbsolute(value)) return value
  throw new EnvironmentError(`${name} is ${JSON.stringify(value)}: an absolute path was expected`)
}

function defaultDataDirectory(xdgDataHome: string | null, home: string): string {
  return join(
    xdgDataHome && isAbsolute(xdgDataHome) ? xdgDataHome : join(home, '.local', 'share'),
    'breakglass',
  )
}

function pick(variables: Readonly<Record<string, string | undefined>>, wanted: (name: string) => boolean) {
  const picked: Record<string, string> = {}
  for (const [name, value] of Object.entries(variables)) {
    if (value !== undefined && value !== '' && wanted(name)) picked[name] = value
  }
  return picked
}
