// What a run has shown of each trial, in words.
import type { FileResult } from './suite.ts'
import type { HostileTrial } from './trials.ts'

type Shown = 'shown' | 'partly' | 'not shown' | 'red'
export type Coverage = { state: Shown; line: string }

/**
 * @param results of all test files that the trials name
 * @returns a line each, in order
 */
export function readCoverage(
  trials: readonly HostileTrial[],
  results: ReadonlyMap<string, FileResult>,
): Coverage[] {
  return trials.map((trial) => {
    const { state, why } = judge(trial, results)
    const words = {
      shown: 'shown',
      partly: `partly; not shown: ${why}`,
      'not shown': `NOT SHOWN: ${why}`,
      red: `RED: ${why}`,
    }[state]
    return { state, line: `${String(trial.number).padStart(2)}. ${trial.what}: ${words}` }
  })
}

function judge({ tests, lacking }: HostileTrial, results: ReadonlyMap<string, FileResult>) {
  const of = tests.map((file) => ({ file, ...(results.get(file) ?? { failed: [], skipped: [] }) }))
  const failed = of.flatMap((each) => each.failed.map((name) => `${each.file} > ${name}`))
  if (failed.length > 0) return { state: 'red' as const, why: failed.join('; ') }
  if (tests.length === 0) return { state: 'not shown' as const, why: lacking ?? '' }
  const skipped = of.flatMap((each) => each.skipped.map((name) => `${each.file} > ${name}`))
  const why = [...(lacking ? [lacking] : []), ...skipped].join('; ')
  return { state: why === '' ? ('shown' as const) : ('partly' as const), why }
}

/** How many of which, for the last line. */
export function countCoverage(coverage: readonly Coverage[]): string {
  const count = (state: Shown) => coverage.filter((each) => each.state === state).length
  return (
    `${coverage.length} trials: ${count('shown')} shown, ${count('partly')} partly, ` +
    `${count('not shown')} not shown, ${count('red')} red`
  )
}
