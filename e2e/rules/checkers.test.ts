import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runProcess } from '../../server/child-process.ts'
import { readEnvironment } from '../../server/environment.ts'
import { ROOT } from '../support/console.ts'

const MINUTES = 60_000

/** Runs a checker as its own command would. */
async function check(script: string, args: readonly string[]) {
  const { PATH = '', HOME = '' } = readEnvironment().inherited
  const finished = await runProcess(process.execPath, [join(ROOT, 'node_modules', script), ...args], {
    cwd: ROOT,
    env: { PATH, HOME, NO_COLOR: '1' },
    timeoutMs: 5 * MINUTES,
  })
  return { ...finished, output: `${finished.stdout}\n${finished.stderr}` }
}

describe('the checkers', () => {
  it('tsc finds nothing to say about any file', { timeout: 6 * MINUTES }, async () => {
    const { exitCode, output } = await check('typescript/bin/tsc', [
      '--noEmit',
      '--pretty',
      'false',
      '--listFiles',
    ])
    const lines = output.split('\n')
    const ours = lines.filter((line) => line.startsWith(ROOT) && !line.includes('/node_modules/'))
    expect(lines.filter((line) => /error TS\d+/.test(line))).toEqual([])
    expect(exitCode, output.slice(-4000)).toBe(0)
    for (const folder of ['app', 'components', 'db', 'e2e', 'lib', 'server']) {
      expect(ours.filter((line) => line.startsWith(join(ROOT, folder, '/'))).length, folder).toBeGreaterThan(
        0,
      )
    }
  })

  it('biome finds nothing to say about any file', { timeout: 6 * MINUTES }, async () => {
    const { exitCode, output } = await check('@biomejs/biome/bin/biome', [
      'ci',
      '--colors=off',
      '--error-on-warnings',
      '.',
    ])
    expect(exitCode, output).toBe(0)
    expect(Number(/Checked (\d+) files/.exec(output)?.[1])).toBeGreaterThan(100)
  })

  it('knip finds no file, export or dependency that is not used', { timeout: 6 * MINUTES }, async () => {
    const args = ['--no-progress', '--reporter', 'symbols', '--reporter', './e2e/rules/knip-counters.ts']
    const { exitCode, output } = await check('knip/bin/knip.js', args)
    expect(exitCode, output).toBe(0)
    expect(Number(/knip looked at (\d+) files/.exec(output)?.[1])).toBeGreaterThan(100)
  })
})
