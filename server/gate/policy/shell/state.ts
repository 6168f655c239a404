// What is known of a shell at one point of a script: variables, functions, where it stands.
import type { CompoundCommand, CompoundList, Redirected } from 'unbash'
import { UNKNOWN } from '../text.ts'

/** Most values that are followed for one variable; beyond it nothing is known of it. */
export const ALTERNATIVES = 32

export type ShellFunction = { name: string; body: CompoundCommand | Redirected | CompoundList }

export type Shell = {
  cwd: string
  /** Each with every value that it may have. A name that is missing is unknown. */
  variables: Map<string, readonly string[]>
  arrays: Map<string, readonly string[]>
  /** Every body that a name was given, as which one is meant may depend. */
  functions: Map<string, readonly ShellFunction[]>
  /** `$1` …; null where they are unknown. */
  positional: readonly string[] | null
  /** `$0`, where it was given behind `sh -c`; else it is the name of a shell or script. */
  zero: string | null
  /** What it was seen through. */
  via: readonly string[]
  /** On another host or in a container: no path is the session's own. */
  remote: boolean
  /** Functions that are being called. */
  calling: readonly ShellFunction[]
  depth: number
}

export function createShell(cwd: string, home: string): Shell {
  return {
    cwd,
    variables: new Map([
      ['HOME', [home]],
      ['IFS', [' \t\n']],
    ]),
    arrays: new Map(),
    functions: new Map(),
    positional: null,
    zero: null,
    via: [],
    remote: false,
    calling: [],
    depth: 0,
  }
}

/** A subshell: what it changes does not come back. */
export function fork(shell: Shell, changed: Partial<Shell> = {}): Shell {
  return {
    ...shell,
    variables: new Map(shell.variables),
    arrays: new Map(shell.arrays),
    functions: new Map(shell.functions),
    ...changed,
  }
}

export function valuesOf(shell: Shell, name: string): readonly string[] {
  if (name === 'PWD') return [shell.cwd]
  return shell.variables.get(name) ?? [UNKNOWN]
}

export function assign(shell: Shell, name: string, values: readonly string[]) {
  const distinct = [...new Set(values)]
  shell.arrays.delete(name)
  shell.variables.set(name, distinct.length > ALTERNATIVES ? [UNKNOWN] : distinct)
}

/** After something that may or may not have run: every variable has its value of before, or the one of after. */
export function join(shell: Shell, before: Shell, keepFolder: (before: string, after: string) => string) {
  for (const name of new Set([...shell.variables.keys(), ...before.variables.keys()])) {
    const then = valuesOf(before, name)
    const now = valuesOf(shell, name)
    if (then !== now) assign(shell, name, [...then, ...now])
  }
  for (const [name, elements] of before.arrays) {
    if (shell.arrays.get(name) !== elements) shell.arrays.set(name, [UNKNOWN])
  }
  if (shell.cwd !== before.cwd) shell.cwd = keepFolder(before.cwd, shell.cwd)
}
