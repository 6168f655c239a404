// The trials of faults and attacks, and the tests that run each; what none runs is said.

export type HostileTrial = {
  number: number
  what: string
  tests: readonly string[]
  /** What of it is not shown, and why. */
  lacking?: string
}

export const TRIALS: readonly HostileTrial[] = [
  { number: 25, what: 'the Host matrix', tests: ['server/front-door/raw-checks.test.ts'] },
]

/** A line a trial. */
export function coverage(trials: readonly HostileTrial[]): string {
  return trials
    .map(({ number, what, tests, lacking }) => {
      const how = tests.length > 0 ? tests.join(', ') : 'NOT SHOWN'
      return `${String(number).padStart(2)}. ${what}: ${how}${lacking ? ` (not shown: ${lacking})` : ''}`
    })
    .join('\n')
}
