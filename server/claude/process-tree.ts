// Ends a CLI process and everything it started, and says what survived.
import { setTimeout as sleep } from 'node:timers/promises'
import { findFamily, isRunning, type ProcessIdentity, type RunningProcess } from './process-table.ts'

export type Survivor = { pid: number; command: string }

/** What a tree was started in, where there is such a thing: nothing that it starts is outside. */
export type Cage = {
  pids(): number[]
  /** Kills all that is in it, at once. */
  kill(): void
  /** Takes it away once it is empty. */
  remove(): void
}

export type EndTree = (
  root: ProcessIdentity | null,
  marker: string,
  options?: { graceMs?: number; giveUpMs?: number },
) => Promise<Survivor[]>

/** How often the sweep looks again. A process that forks between two looks is found by the next. */
const SWEEP_PAUSE_MS = 25
/** Signals are repeated until this many looks in a row found nobody. */
const EMPTY_SWEEPS = 2

/**
 * Ends a process tree: TERM to its root, `graceMs` for it to go, then KILL to whatever is left,
 * again and again until two looks in a row find nobody.
 *
 * Contract: never throws. What can't be killed (uninterruptible sleep, another user's process) is returned.
 *
 * @param root the CLI's process, null when only the marker is known
 * @param cage what it was started in
 * @param graceMs how long the root may take to end by itself after TERM; 0 skips TERM
 * @param giveUpMs how long to go on killing
 */
export async function endProcessTree(
  root: ProcessIdentity | null,
  marker: string,
  {
    graceMs = 5_000,
    giveUpMs = 5_000,
    cage = null,
  }: { graceMs?: number; giveUpMs?: number; cage?: Cage | null } = {},
): Promise<Survivor[]> {
  // Once its parent has gone, a process that has emptied its environment could not be told from a stranger.
  const known = await findFamily(root, marker, [], cage?.pids())
  if (graceMs > 0) await askToEnd(root, graceMs)
  const giveUpAt = performance.now() + giveUpMs
  let family: RunningProcess[] = []
  for (let empty = 0; empty < EMPTY_SWEEPS; ) {
    family = await findFamily(root, marker, known, cage?.pids())
    known.push(...family)
    empty = family.length === 0 ? empty + 1 : 0
    if (family.length > 0 && performance.now() > giveUpAt) break
    if (family.length > 0) cage?.kill()
    for (const member of family) signal(member.pid, 'SIGKILL')
    if (empty < EMPTY_SWEEPS) await sleep(SWEEP_PAUSE_MS)
  }
  if (family.length === 0) cage?.remove()
  return family.map(({ pid, command }) => ({ pid, command }))
}

/** What is just ending by itself, such as a helper of the CLI's own, is not seen again after this. */
const LINGER_MS = 300

/**
 * Ends what a turn has left running beside a CLI process that goes on: KILL, until two looks in a row find nobody.
 *
 * Contract: never throws. What can't be killed is returned.
 *
 * @param crew those who live as long as the process itself, such as MCP servers; with them, what they have started
 */
export async function endLeftovers(
  root: ProcessIdentity,
  marker: string,
  crew: readonly RunningProcess[],
  { giveUpMs = 5_000 }: { giveUpMs?: number } = {},
): Promise<Survivor[]> {
  const find = async (known: readonly RunningProcess[]) =>
    withoutCrew(await findFamily(root, marker, known), [root, ...crew])
  const first = await find([])
  if (first.length === 0) return []
  await sleep(LINGER_MS)
  const known = [...first]
  const giveUpAt = performance.now() + giveUpMs
  let left: RunningProcess[] = []
  for (let empty = 0; empty < EMPTY_SWEEPS; ) {
    left = await find(known)
    known.push(...left)
    empty = left.length === 0 ? empty + 1 : 0
    if (left.length > 0 && performance.now() > giveUpAt) break
    for (const member of left) signal(member.pid, 'SIGKILL')
    if (empty < EMPTY_SWEEPS) await sleep(SWEEP_PAUSE_MS)
  }
  return left.map(({ pid, command }) => ({ pid, command }))
}

/** The root has its children by its crew and by its turns: only those of the crew stay. */
function withoutCrew(
  family: readonly RunningProcess[],
  [root, ...crew]: readonly { pid: number; startTime: string }[],
): RunningProcess[] {
  const staying = new Set(
    crew.filter((one) => family.some((each) => isSame(each, one))).map(({ pid }) => pid),
  )
  for (let size = -1; size !== staying.size; ) {
    size = staying.size
    for (const each of family) if (staying.has(each.parent)) staying.add(each.pid)
  }
  return family.filter((each) => !staying.has(each.pid) && !(root && isSame(each, root)))
}

function isSame(one: RunningProcess, { pid, startTime }: { pid: number; startTime: string }): boolean {
  return one.pid === pid && one.startTime === startTime
}

async function askToEnd(root: ProcessIdentity | null, graceMs: number) {
  if (root === null || !(await isRunning(root))) return
  signal(root.pid, 'SIGTERM')
  signal(root.pid, 'SIGCONT') // a stopped process would not see it
  const until = performance.now() + graceMs
  while (performance.now() < until && (await isRunning(root))) await sleep(SWEEP_PAUSE_MS)
}

function signal(pid: number, name: NodeJS.Signals) {
  try {
    process.kill(pid, name)
  } catch {
    // It has ended meanwhile, or is not ours: the next look tells.
  }
}
