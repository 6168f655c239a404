// Runs test files as one suite, every trial in them at its full size.
import { join } from 'node:path'
import type { TestModule } from 'vitest/node'
import { startVitest } from 'vitest/node'

/** What a test file has shown. */
export type FileResult = { passed: number; failed: string[]; skipped: string[] }

/** A full form takes minutes where the short one takes seconds. */
const TEST_MS = 10 * 60_000

/**
 * @param files relative to the root
 * @returns what each has shown; a file that could not be run at all has failed
 */
export async function runAtFullSize(
  root: string,
  files: readonly string[],
): Promise<Map<string, FileResult>> {
  const results = new Map<string, FileResult>()
  const vitest = await startVitest('test', [...files], {
    run: true,
    watch: false,
    root,
    config: join(root, 'e2e', 'vitest.config.ts'),
    provide: { size: 'full' },
    testTimeout: TEST_MS,
  })
  for (const module of vitest.state.getTestModules()) results.set(module.relativeModuleId, readModule(module))
  const outside = vitest.state.getUnhandledErrors().length
  await vitest.close()
  for (const file of files) {
    if (!results.has(file)) results.set(file, { passed: 0, failed: ['it was not run'], skipped: [] })
  }
  if (outside > 0) results.set('outside of any test', { passed: 0, failed: ['an error'], skipped: [] })
  return results
}

function readModule(module: TestModule): FileResult {
  const result: FileResult = { passed: 0, failed: [], skipped: [] }
  // A file that can't be loaded, or a hook that fails, has no test to count.
  for (const suite of [module, ...module.children.allSuites()]) {
    if (suite.errors().length > 0) result.failed.push(suite.type === 'suite' ? suite.fullName : 'the file')
  }
  for (const test of module.children.allTests()) {
    const { state } = test.result()
    if (state === 'passed') result.passed += 1
    else if (state === 'failed') result.failed.push(test.fullName)
    else result.skipped.push(test.fullName)
  }
  return result
}
