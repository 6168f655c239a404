// `npm run hostile`: every trial with all guards in place, then each guard switched off in turn; at least one trial must go red.
import { GUARDS } from './hostile/guards.ts'
import { makeScratch } from './hostile/scratch.ts'
import { coverage, TRIALS } from './hostile/trials.ts'

/**
 * @param root of the project
 * @param filters parts of guards' names; none for everything
 * @returns the exit code: 1 when a trial fails, or a guard can be switched off and nothing notices
 */
export async function main(root: string, filters: readonly string[]): Promise<number> {
  const guards = GUARDS.filter(
    ({ name }) => filters.length === 0 || filters.some((part) => name.includes(part)),
  )
  if (guards.length === 0) {
    console.error(`No guard has a name with ${filters.join(' or ')}`)
    return 1
  }
  if (filters.length === 0) console.log(`${coverage(TRIALS)}\n`)
  const scratch = await makeScratch(root)
  let unnoticed = 0
  try {
    const whole = new Map(guards.map((guard) => [`${guard.trial} ${guard.tests ?? ''}`, guard]))
    for (const { trial, tests } of whole.values()) {
      const { failed } = await scratch.run(trial, tests)
      if (failed.length === 0) continue
      unnoticed += 1
      console.log(`RED with all guards in place: ${trial}: ${failed.join(', ')}`)
    }
    console.log(`${whole.size} trials ran with all guards in place\n`)
    for (const guard of guards) {
      const { failed } = await scratch.without(guard, () => scratch.run(guard.trial, guard.tests))
      if (failed.length === 0) unnoticed += 1
      const told = failed.length > 0 ? `red: ${failed[0]}` : 'NOTHING NOTICED'
      console.log(`without "${guard.name}" (${guard.file}): ${told}`)
    }
  } finally {
    scratch.remove()
  }
  console.log(`\n${guards.length} guards, ${unnoticed} problems`)
  return unnoticed > 0 ? 1 : 0
}
