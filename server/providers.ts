// Providers: where the CLI finds a model, and how it gets at the key without its tools seeing it.
import { chmodSync, existsSync, lstatSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ModelAccess } from './claude/launch.ts'
import type { Config } from './config.ts'
import { type Environment, readVariable } from './environment.ts'

export type Provider = {
  name: string
  model: string | null
  baseUrl: string | null
  access: ModelAccess
  /** Whether there is anything to sign in to the model with, or none is needed. */
  hasCredentials: boolean
}

export type Providers = {
  list: readonly Provider[]
  byName(name: string): Provider | null
  /** The first of the configuration, or the one that the environment describes. */
  standard: Provider
}

/** The CLI's own login file, in its configuration directory. */
const LOGIN_FILE = '.credentials.json'

/**
 * Reads the providers and puts their keys into files that only the console's user can read.
 *
 * @param directory the console's own CLAUDE_CONFIG_DIR; keys go beside it
 * @param give hands them over to the CLI's user, if that is another
 */
export function createProviders(
  config: Config,
  environment: Environment,
  directory: string,
  give: (path: string) => void = () => undefined,
): Providers {
  const keys = `${directory}-keys`
  rmSync(keys, { recursive: true, force: true })
  mkdirSync(keys, { recursive: true, mode: 0o700 })
  const hasHostLogin = linkHostLogin(environment.home, directory)

  const list = (config.providers ?? [{ name: 'anthropic', ...fromEnvironment(environment) }]).map(
    (entry): Provider => {
      const { name, base_url: baseUrl = null, model = null, key_env } = entry
      const key = key_env ? readVariable(key_env) : null
      const ownVariables = config.providers ? {} : tokensOf(environment)
      const keyFile = key ? writeKey(join(keys, name), key) : null
      const usesHostLogin = baseUrl === null && hasHostLogin
      return {
        name,
        model,
        baseUrl,
        access: { baseUrl, model, keyFile, variables: ownVariables },
        hasCredentials:
          keyFile !== null ||
          Object.keys(ownVariables).length > 0 ||
          usesHostLogin ||
          (baseUrl !== null && !key_env),
      }
    },
  )
  give(keys)
  const [standard] = list
  if (!standard) throw new Error('There is no provider')
  return { list, standard, byName: (name) => list.find((each) => each.name === name) ?? null }
}

function fromEnvironment({ providerVariables: { ANTHROPIC_BASE_URL, ANTHROPIC_API_KEY } }: Environment) {
  return {
    ...(ANTHROPIC_BASE_URL ? { base_url: ANTHROPIC_BASE_URL } : {}),
    ...(ANTHROPIC_API_KEY ? { key_env: 'ANTHROPIC_API_KEY' } : {}),
  }
}

/** Tokens that the CLI takes from its environment only. */
function tokensOf({ providerVariables }: Environment): Record<string, string> {
  const { ANTHROPIC_API_KEY: _, ANTHROPIC_BASE_URL: __, ...tokens } = providerVariables
  return tokens
}

function writeKey(path: string, key: string): string {
  writeFileSync(path, key, { mode: 0o600 })
  chmodSync(path, 0o600)
  return path
}

/**
 * Lets the CLI use the login that the host's own CLI has: by a link, since a copy could end the
 * host's login when it is refreshed.
 */
function linkHostLogin(home: string, directory: string): boolean {
  const login = join(home, '.claude', LOGIN_FILE)
  const link = join(directory, LOGIN_FILE)
  if (!existsSync(login)) return existsSync(link)
  if (!lstatSync(link, { throwIfNoEntry: false })) symlinkSync(login, link)
  return true
}
