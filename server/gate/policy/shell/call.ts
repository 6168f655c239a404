// A command as a classifier sees it: its words, what it reads, and ways to say what it does or to see through it.
import type { Act, Effect } from '../effects.ts'
import { HOME, isDevice, ownFolder, type PolicyContext, placeOf, resolvePath, within } from '../paths.ts'
import { isKnown, UNKNOWN } from '../text.ts'
import type { Shell } from './state.ts'

/** Most effects that are kept of one call. Beyond it the call counts as not understood. */
export const EFFECTS = 2000

/** Everything that the analysis of one call shares. */
export type Run = {
  context: PolicyContext
  effects: Effect[]
  seen: Set<string>
  /** What can be read from the pipes of `<( )`, by path. */
  pipes: Map<string, string>
  /** What stands in `$( )` and was walked through. */
  visited: Set<object>
  /** Commands looked at so far. */
  steps: number
  /** Characters of scripts read so far. */
  characters: number
  /** The cap that was hit, in words. */
  gaveUp: string | null
}

export type Target = {
  /** As written; resolved against where the shell stands. */
  path?: string
  /** Whether everything below the path is meant as well. */
  tree?: boolean
  host?: string
  note?: string
}

export type Call = {
  program: string
  /** Expanded. */
  args: readonly string[]
  /** What it would read; empty where there is nothing. */
  stdin: string
  shell: Shell
  run: Run
  emit(act: Act, target?: Target): void
  /** Sees through to a command. @returns what it would print */
  command(argv: readonly string[], label: string, changed?: Partial<Shell>, stdin?: string): string
  /** Sees through to a script. @returns what it would print */
  script(text: string, label: string, changed?: Partial<Shell>, stdin?: string): string
}

/** Says what a program does. @returns what it would print; undefined where that isn't known */
export type Classifier = (call: Call) => string | undefined

export function emit(
  run: Run,
  shell: Shell,
  program: string,
  args: readonly string[],
  act: Act,
  target: Target = {},
) {
  const effect: Effect = { act, program, args, remote: shell.remote, via: shell.via }
  if (target.note !== undefined) effect.note = target.note
  if (target.host !== undefined) effect.host = target.host
  if (target.path !== undefined) {
    effect.path = followed(run, shell, act, target.path)
    effect.place = placeOf(effect.path, run.context, shell.remote, target.tree)
    const { path } = effect
    // What is written to a disk, however, is lost on it; and who removes /dev/null has not written to nowhere.
    if (WRITES.has(act) && isDevice(path)) effect.act = 'wipe-disk'
    if (effect.place === 'nowhere' && (REMOVES.has(act) || RIGHTS.has(act))) effect.place = 'device'
    const mayRead =
      !path.includes(UNKNOWN) && run.context.readableFolders?.some((folder) => within(path, folder))
    if (act === 'read' && mayRead && !shell.remote) effect.place = 'workspace'
  }
  const key = JSON.stringify([effect.act, effect.path, effect.host, effect.note, program, args, shell.remote])
  if (run.seen.has(key)) return
  run.seen.add(key)
  if (run.effects.length < EFFECTS) run.effects.push(effect)
  else run.gaveUp ??= `more than ${EFFECTS} things at once`
}

const WRITES: ReadonlySet<Act> = new Set(['overwrite', 'append', 'edit'])
/** Done to a symbolic link, these leave alone what it leads to. */
const REMOVES: ReadonlySet<Act> = new Set(['delete', 'delete-tree', 'move'])
const RIGHTS: ReadonlySet<Act> = new Set(['permissions', 'permissions-tree', 'run-as-owner', 'shut-out'])

/** The session's own files may hold links that lead out: what counts is where they lead. */
function followed(run: Run, shell: Shell, act: Act, text: string): string {
  const path = resolveIn(run, shell, text)
  const from = shell.remote ? undefined : ownFolder(path, run.context)
  if (from === undefined || path.includes(UNKNOWN)) return path
  return run.context.followLinks?.(path, from, !REMOVES.has(act) || text.endsWith('/')) ?? path
}

/** @returns the path as it is meant where the shell stands */
export function resolveIn(run: Run, shell: Shell, path: string): string {
  return resolvePath(path, shell.cwd, run.context.home ?? HOME)
}

/** The text where all of it is known. */
export function known(text: string | undefined): string | null {
  return text !== undefined && text !== UNKNOWN && isKnown(text) ? text : null
}
