// `npm test`: everything that CI runs; the last line says how many passed.
import { join } from 'node:path'
import type { TestModule } from 'vitest/node'
import { startVitest } from 'vitest/node'

/** One after the other: what is quick to fail comes first. */
const PROJECTS = ['unit', 'system'] as const
const SLOWEST = 8

/**
 * @param root of the project
 * @param filters parts of file names; none for everything
 * @returns the exit code
 */
export async function main(root: string, filters: readonly string[]): Promise<number> {
  const counts = { passed: 0, failed: 0 }
  const skipped: string[] = []
  for (const project of PROJECTS) {
    const begun = performance.now()
    const vitest = await startVitest('test', [...filters], {
      run: true,
      watch: false,
      root,
      config: join(root, 'e2e', 'vitest.config.ts'),
      project,
      passWithNoTests: filters.length > 0,
    })
    const modules = vitest.state.getTestModules()
    for (const module of modules) count(module, counts, skipped)
    console.log(`${project}: ${((performance.now() - begun) / 1000).toFixed(0)} s; ${slowest(modules)}`)
    counts.failed += vitest.state.getUnhandledErrors().length
    await vitest.close()
  }
  // Nothing run is nothing shown.
  if (counts.passed === 0) counts.failed += 1
  for (const name of skipped) console.log(`skipped: ${name}`)
  if (skipped.length > 0) console.log(`${skipped.length} skipped, for the reasons above`)
  console.log(`${counts.passed} passed, ${counts.failed} failed`)
  return counts.failed > 0 ? 1 : 0
}

/** Where the time goes, for whoever wants to have some of it back. */
function slowest(modules: readonly TestModule[]): string {
  const byTime = modules
    .map((module) => ({ name: module.relativeModuleId, seconds: module.diagnostic().duration / 1000 }))
    .sort((one, other) => other.seconds - one.seconds)
  return byTime
    .slice(0, SLOWEST)
    .map(({ name, seconds }) => `${name} ${seconds.toFixed(0)} s`)
    .join(', ')
}

function count(module: TestModule, counts: { passed: number; failed: number }, skipped: string[]) {
  // A file that can't be loaded, or a hook that fails, has no test to count.
  for (const suite of [module, ...module.children.allSuites()]) {
    if (suite.errors().length > 0) counts.failed += 1
  }
  for (const test of module.children.allTests()) {
    const { state } = test.result()
    if (state === 'passed') counts.passed += 1
    else if (state === 'failed') counts.failed += 1
    else skipped.push(`${module.relativeModuleId} > ${test.fullName}`)
  }
}
