// The CLI's binary: found, and asked for its version.
import { existsSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { runProcess } from '../child-process.ts'

export type Binary = {
  /** Absolute path; what would be run, whether it is there or not. */
  path: string
  version: string | null
  /** Why there is no version, in words for the operator. */
  problem: string | null
}

/** The version that the fixtures of the translator were recorded with. */
export const FIXTURE_VERSION = '2.1.197'

const VERSION_TIMEOUT_MS = 15_000

/**
 * Finds the CLI: the one the operator names, or the pinned dependency.
 *
 * @param given an absolute path, a name on the PATH, or null for the pinned one
 * @param configDirectory the console's own CLAUDE_CONFIG_DIR: the operator's is never touched
 */
export async function findBinary(
  root: string,
  given: string | null,
  inherited: Readonly<Record<string, string>>,
  configDirectory: string,
): Promise<Binary> {
  const path = locateBinary(root, given, inherited)
  if (!existsSync(path)) {
    const problem =
      given === null
        ? `The CLI is not installed at ${path}: stop the console and run "npm start", which installs it`
        : `The CLI ${JSON.stringify(given)} (BREAKGLASS_CLAUDE) is not there: name an existing one, or leave the variable out for the pinned one`
    return { path, version: null, problem }
  }
  const environment = {
    ...inherited,
    CLAUDE_CONFIG_DIR: configDirectory,
    DISABLE_AUTOUPDATER: '1',
    DISABLE_TELEMETRY: '1',
  }
  const { exitCode, stdout, stderr } = await runProcess(path, ['--version'], {
    env: environment,
    timeoutMs: VERSION_TIMEOUT_MS,
  })
  const version = /^(\d+\.\d+\.\d+\S*)/.exec(stdout.trim())?.[1] ?? null
  if (version) return { path, version, problem: null }
  const how =
    exitCode === null
      ? `gave no answer within ${VERSION_TIMEOUT_MS / 1000} s or can't be run`
      : `exited with ${exitCode}`
  return {
    path,
    version: null,
    problem: `${path} --version ${how}: ${(stderr || stdout).trim().slice(0, 300) || 'it said nothing'}`,
  }
}

/** The absolute path of the CLI that would be run, whether it is there or not. Arguments as {@link findBinary}. */
export function locateBinary(
  root: string,
  given: string | null,
  inherited: Readonly<Record<string, string>>,
): string {
  if (given === null) return join(root, 'node_modules', '.bin', 'claude')
  if (isAbsolute(given)) return given
  return onPath(given, inherited.PATH ?? '') ?? given
}

function onPath(name: string, path: string): string | null {
  return (
    path
      .split(':')
      .filter(isAbsolute)
      .map((directory) => join(directory, name))
      .find(existsSync) ?? null
  )
}
