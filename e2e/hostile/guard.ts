// A guard of the console, how it is switched off, and the trial that must notice.

export type Guard = {
  /** What it keeps from happening. */
  name: string
  /** Relative to the root. */
  file: string
  /** Stands in the file exactly once. */
  find: string
  /** What stands there with the guard switched off: code that still compiles and runs. */
  replace: string
  /** The test file that goes red without it. */
  trial: string
  /** Part of the names of the tests that are run: the quickest that show it. Whole file without it. */
  tests?: string
}

/** Guards of one file that one trial watches. */
export function guardsOf(file: string, trial: string) {
  return (name: string, find: string, replace: string, tests?: string): Guard => ({
    ...{ name, file, find, replace, trial },
    ...(tests ? { tests } : {}),
  })
}

/**
 * The file without the guard.
 * @throws Error when the guard is not where the list says: then the list is wrong, and shows nothing
 */
export function switchOff({ name, file, find, replace }: Guard, text: string): string {
  const times = text.split(find).length - 1
  if (times !== 1) throw new Error(`The guard "${name}" stands ${times} times in ${file}, expected once`)
  return text.replace(find, () => replace)
}
