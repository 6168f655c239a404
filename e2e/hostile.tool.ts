// `npm run hostile`: the trials of faults and attacks at full size, then each guard switched off in turn; a trial must go red.
import { countCoverage, readCoverage } from './hostile/coverage.ts'
import type { Guard } from './hostile/guard.ts'
import { GUARDS } from './hostile/guards.ts'
import { makeScratch } from './hostile/scratch.ts'
import { type FileResult, runAtFullSize } from './hostile/suite.ts'
import { type HostileTrial, TRIALS } from './hostile/trials.ts'

/** Each has one guard off at a time. */
const COPIES = 2

/**
 * @param root of the project
 * @param filters numbers of trials, `21-44` for some, or parts of guards' names; none for everything
 * @returns the exit code: 1 when a trial fails, or a guard can be switched off and nothing notices
 */
export async function main(root: string, filters: readonly string[]): Promise<number> {
  const begun = performance.now()
  const { trials, guards } = choose(filters)
  if (trials.length + guards.length === 0) {
    console.error(`No trial has the number, and no guard a name with ${filters.join(' or ')}`)
    return 1
  }
  const files = [...trials.flatMap(({ tests }) => tests), ...guards.map(({ trial }) => trial)]
  const results = await runAtFullSize(root, [...new Set(files)])
  const coverage = readCoverage(trials, results)
  console.log(`\n${coverage.map(({ line }) => line).join('\n')}`)
  const red = tellRed(results)
  const unnoticed = guards.length === 0 ? 0 : await switchOffEach(root, guards)
  const minutes = ((performance.now() - begun) / 60_000).toFixed(1)
  console.log(
    `\n${countCoverage(coverage)}; ${guards.length} guards, ${unnoticed} of them unnoticed; ${minutes} min`,
  )
  return red + unnoticed > 0 ? 1 : 0
}

function choose(filters: readonly string[]): { trials: readonly HostileTrial[]; guards: readonly Guard[] } {
  if (filters.length === 0) return { trials: TRIALS, guards: GUARDS }
  const ranges = filters
    .filter((each) => /^\d+(-\d+)?$/.test(each))
    .map((each) => each.split('-').map(Number))
  const words = filters.filter((each) => !/^\d/.test(each))
  return {
    trials: TRIALS.filter(({ number }) =>
      ranges.some(([from = 0, to = from]) => from <= number && number <= to),
    ),
    guards: GUARDS.filter(({ name }) => words.some((part) => name.includes(part))),
  }
}

/** @returns how many files did not pass whole, also those that belong to a guard only */
function tellRed(results: ReadonlyMap<string, FileResult>): number {
  const red = [...results].filter(([, { failed }]) => failed.length > 0)
  for (const [file, { failed }] of red) console.log(`RED: ${file}: ${failed.join('; ')}`)
  const tests = [...results.values()].reduce((sum, { passed }) => sum + passed, 0)
  console.log(`\n${results.size} files, ${tests} tests passed with all guards in place\n`)
  return red.length
}

/** @returns how many can be switched off without a test of theirs going red */
async function switchOffEach(root: string, guards: readonly Guard[]): Promise<number> {
  const waiting = [...guards]
  const counts = await Promise.all(
    Array.from({ length: Math.min(COPIES, guards.length) }, async (_, index) => {
      const scratch = await makeScratch(root, `scratch-${index}`)
      let unnoticed = 0
      try {
        for (let guard = waiting.shift(); guard; guard = waiting.shift()) {
          const { trial, tests, name, file } = guard
          const { failed } = await scratch.without(guard, () => scratch.run(trial, tests))
          if (failed.length === 0) unnoticed += 1
          const told = failed.length > 0 ? `red: ${failed[0]}` : 'NOTHING NOTICED'
          console.log(`without "${name}" (${file}): ${told}`)
        }
      } finally {
        scratch.remove()
      }
      return unnoticed
    }),
  )
  return counts.reduce((sum, count) => sum + count, 0)
}
