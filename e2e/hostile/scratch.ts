// A copy of the project in which guards can be switched off without touching the project.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { runProcess } from '../../server/child-process.ts'
import { readEnvironment } from '../../server/environment.ts'
import { type Guard, switchOff } from './guard.ts'

/** What is made anew or belongs to the checkout alone. */
const LEFT_OUT = new Set(['node_modules', '.build', '.next', '.git'])
const BUILD_MS = 5 * 60_000
const TRIAL_MS = 5 * 60_000

export type Trial = { passed: number; failed: string[] }

export type Scratch = {
  path: string
  /** Builds it, with `more` in the environment. @throws Error when it can't be built */
  build(more?: Record<string, string>): Promise<void>
  /** @throws Error when a test file could not be run at all, which shows nothing */
  run(trial: string, tests?: string): Promise<Trial>
  /** Runs `during` with the guard switched off. */
  without<T>(guard: Guard, during: () => Promise<T>): Promise<T>
  remove(): void
}

/**
 * @param root of the project; its packages are shared, nothing else is
 * @param name of this one, where there are several
 */
export async function makeScratch(root: string, name = 'scratch'): Promise<Scratch> {
  // On the same disk, so that packages can be linked.
  const scratch = join(root, '.build', name)
  rmSync(scratch, { recursive: true, force: true })
  mkdirSync(scratch, { recursive: true })
  for (const entry of readdirSync(root)) {
    if (!LEFT_OUT.has(entry)) cpSync(join(root, entry), join(scratch, entry), { recursive: true })
  }
  const { PATH = '' } = readEnvironment().inherited
  const env = { PATH, HOME: scratch, LANG: 'C.UTF-8', CI: 'true', NO_COLOR: '1' }
  const linked = await runProcess('cp', ['-al', join(root, 'node_modules'), join(scratch, 'node_modules')], {
    env,
    timeoutMs: BUILD_MS,
  })
  if (linked.exitCode !== 0) throw new Error(`The packages can't be linked: ${linked.stderr}`)

  return {
    path: scratch,
    build,
    async run(trial, tests) {
      const isSystem = trial.startsWith('e2e/')
      if (isSystem) await build()
      const report = join(scratch, '.build', 'trial.json')
      rmSync(report, { force: true })
      const { stderr } = await runProcess(
        process.execPath,
        [
          ...['node_modules/vitest/vitest.mjs', 'run', '--config', 'e2e/vitest.config.ts'],
          ...['--project', isSystem ? 'system' : 'unit', '--reporter=json', `--outputFile=${report}`],
          ...(tests ? ['-t', tests] : []),
          trial,
        ],
        { cwd: scratch, env, timeoutMs: TRIAL_MS },
      )
      return readReport(report, stderr)
    },
    async without(guard, during) {
      const path = join(scratch, guard.file)
      const whole = readFileSync(path, 'utf8')
      writeFileSync(path, switchOff(guard, whole))
      try {
        return await during()
      } finally {
        writeFileSync(path, whole)
      }
    },
    remove: () => rmSync(scratch, { recursive: true, force: true }),
  }

  async function build(more: Record<string, string> = {}) {
    const built = await runProcess(process.execPath, ['server/launch.mjs', 'build'], {
      cwd: scratch,
      env: { ...env, ...more },
      timeoutMs: BUILD_MS,
    })
    if (built.exitCode !== 0) throw new Error(`${relative(root, scratch)} can't be built: ${built.stderr}`)
  }
}

type Report = { testResults: { message: string; assertionResults: { status: string; fullName: string }[] }[] }

function readReport(path: string, stderr: string): Trial {
  let report: Report
  try {
    report = JSON.parse(readFileSync(path, 'utf8')) as Report
  } catch {
    throw new Error(`The trial gave no report: ${stderr.slice(-500)}`)
  }
  const tests = report.testResults.flatMap(({ assertionResults }) => assertionResults)
  const passed = tests.filter(({ status }) => status === 'passed').length
  const failed = tests.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName)
  if (passed + failed.length === 0) {
    const why = report.testResults.map(({ message }) => message).join('\n')
    throw new Error(`The trial ran no test: ${why.slice(0, 500) || 'no name fits'}`)
  }
  return { passed, failed }
}
