// Looks for a place where this console may make cgroups, and tries it.
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { runProcess } from '../child-process.ts'
import { listProcesses } from '../claude/process-table.ts'
import { type CgroupLimits, type Cgroups, ENTER, openCgroups, readPids } from './cgroups.ts'
import { behind } from './command.ts'
import type { ContainmentConfig } from './containment-config.ts'

export type FoundCgroups = { cgroups: Cgroups; limits: CgroupLimits } | { problem: string }
type Tried = FoundCgroups & { place: string }

/** Where the console itself goes when its cgroup is to have limited ones below it: a cgroup with both can't be. */
const OWN_LEAF = 'console'

/**
 * The first place in which all that is wanted can be limited, else the first in which anything can run.
 *
 * @param consoleId names the console's own cgroup
 * @param mayMove whether this process may go into a cgroup below its own, where nothing else gives limits
 * @param env to look the launcher up in
 */
export async function findCgroups(
  config: ContainmentConfig,
  consoleId: string,
  { mayMove, env }: { mayMove: boolean; env: Record<string, string> },
): Promise<FoundCgroups> {
  if (config.cgroup === 'off') return { problem: 'it is switched off in the configuration' }
  if (process.platform !== 'linux') return { problem: 'only Linux has them' }
  const limits = wantedLimits(config)
  const { own, beside } = config.cgroup === 'auto' ? findPlaces() : { own: [], beside: [config.cgroup] }
  const tried: Tried[] = []
  for (const place of [...own, ...beside]) {
    if (!tried.some(hasAll)) tried.push(await tryPlace(place))
  }
  for (const place of mayMove ? own : []) {
    if (!tried.some(hasAll) && (await moveBelow(place))) tried.unshift(await tryPlace(place))
  }
  const found = tried.find(hasAll) ?? tried.find((each) => 'cgroups' in each) ?? tried.at(-1)
  for (const each of tried) {
    if ('cgroups' in each && each.place !== found?.place) each.cgroups.leave()
  }
  return found ?? { problem: 'no cgroup v2 is mounted' }

  async function tryPlace(place: string): Promise<Tried> {
    const base = join(place, `breakglass-${consoleId}`)
    try {
      mkdirSync(base, { recursive: true })
      passOn(place, limits)
      passOn(base, limits)
      const tried = await tryOut(base, limits, config.launcher ?? [], env)
      if ('problem' in tried) openCgroups(base).leave()
      return 'problem' in tried
        ? { place, ...tried }
        : { place, cgroups: openCgroups(base, limits), limits: tried.limits }
    } catch (error) {
      const mend = 'let systemd delegate one, see "A service of its own" in the README'
      return { place, problem: `${place} can't be used: ${(error as Error).message}; ${mend}` }
    }
  }

  function hasAll(each: Tried): boolean {
    return 'limits' in each && Object.keys(each.limits).length === Object.keys(limits).length
  }
}

function wantedLimits({ memory_max, pids_max }: ContainmentConfig): CgroupLimits {
  return {
    ...(memory_max === undefined ? {} : { 'memory.max': memory_max }),
    ...(pids_max === undefined ? {} : { 'pids.max': String(pids_max) }),
  }
}

/** Below our own cgroup, and beside it where it is a leaf of one that was delegated to us. */
function findPlaces(): { own: string[]; beside: string[] } {
  const path = /^0::(.*)$/m.exec(readFileSync('/proc/self/cgroup', 'utf8'))?.[1] ?? '/'
  const mounts = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([, , type]) => type === 'cgroup2')
    .map(([, mount = '']) =>
      mount.replace(/\\([0-7]{3})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 8))),
    )
  return {
    own: mounts.map((mount) => join(mount, path)),
    beside: path === '/' ? [] : mounts.map((mount) => join(mount, dirname(path))),
  }
}

/**
 * Lets the cgroups below be limited. Where the kernel stands in the way there are no limits. Where processes are in it
 * already it is not even tried: some controllers can be passed on all the same, and then nothing can enter what is below.
 */
function passOn(path: string, limits: CgroupLimits) {
  if (existsSync(join(path, 'cgroup.type')) && readPids(path).length > 0) return
  for (const file of Object.keys(limits)) {
    try {
      writeFileSync(join(path, 'cgroup.subtree_control'), `+${file.split('.')[0]}`)
    } catch {
      // Told by `tryOut`.
    }
  }
}

/** What can be limited there, or what keeps a process from entering, or from staying behind the launcher. */
async function tryOut(
  base: string,
  limits: CgroupLimits,
  launcher: readonly string[],
  env: Record<string, string>,
): Promise<{ limits: CgroupLimits } | { problem: string }> {
  const probe = join(base, `probe-${process.pid}`)
  mkdirSync(probe, { recursive: true })
  try {
    const [shell, ...enter] = ENTER
    const { file, args } = behind(launcher, { file: 'cat', args: ['/proc/self/cgroup'] })
    const { exitCode, stdout, stderr } = await runProcess(shell, [...enter, probe, file, ...args], {
      env: { PATH: '/usr/bin:/bin', ...env },
    })
    if (exitCode !== 0) return { problem: `no process can enter ${probe}: ${stderr.trim()}` }
    if (!new RegExp(`^0::.*/${basename(probe)}$`, 'm').test(stdout))
      return { problem: `the launcher ${launcher[0]} takes the agent into another one` }
    return {
      limits: Object.fromEntries(Object.entries(limits).filter(([file]) => existsSync(join(probe, file)))),
    }
  } finally {
    rmdirSync(probe)
  }
}

/**
 * Takes all processes of a cgroup one lower, if they are this one, what has started it, and what these have started:
 * then nobody else's are there.
 */
async function moveBelow(place: string): Promise<boolean> {
  try {
    const parents = new Map((await listProcesses()).map(({ pid, parent }) => [pid, parent]))
    const line = new Set<number>()
    for (let pid = process.pid; pid > 1 && !line.has(pid); pid = parents.get(pid) ?? 0) line.add(pid)
    const isOurs = (pid: number) => line.has(pid) || line.has(parents.get(pid) ?? 0)
    if (!existsSync(join(place, 'cgroup.type')) || !readPids(place).every(isOurs)) return false
    const leaf = join(place, OWN_LEAF)
    mkdirSync(leaf, { recursive: true })
    for (const pid of readPids(place)) writeFileSync(join(leaf, 'cgroup.procs'), String(pid))
    return readPids(place).length === 0
  } catch {
    return false // not delegated to us
  }
}
