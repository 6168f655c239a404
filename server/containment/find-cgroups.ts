// Looks for a place where this console may make cgroups, and tries it.
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { runProcess } from '../child-process.ts'
import { type CgroupLimits, type Cgroups, ENTER, openCgroups } from './cgroups.ts'
import type { ContainmentConfig } from './containment-config.ts'

export type FoundCgroups = { cgroups: Cgroups; limits: CgroupLimits } | { problem: string }

/** @param consoleId names the console's own cgroup */
export async function findCgroups(config: ContainmentConfig, consoleId: string): Promise<FoundCgroups> {
  if (config.cgroup === 'off') return { problem: 'it is switched off in the configuration' }
  if (process.platform !== 'linux') return { problem: 'only Linux has them' }
  const places = config.cgroup === 'auto' ? findPlaces() : [config.cgroup]
  let problem = 'no cgroup v2 is mounted'
  for (const place of places) {
    const base = join(place, `breakglass-${consoleId}`)
    const limits = wantedLimits(config)
    try {
      mkdirSync(base, { recursive: true })
      passOn(place, limits)
      passOn(base, limits)
      problem = await tryOut(base)
      if (problem === '') return { cgroups: openCgroups(base, limits), limits: inForce(base, limits) }
    } catch (error) {
      problem = `${place} can't be used: ${(error as Error).message}`
    }
  }
  return { problem }
}

function wantedLimits({ memory_max, pids_max }: ContainmentConfig): CgroupLimits {
  return {
    ...(memory_max === undefined ? {} : { 'memory.max': memory_max }),
    ...(pids_max === undefined ? {} : { 'pids.max': String(pids_max) }),
  }
}

/** Below our own cgroup, and beside it where it is a leaf of one that was delegated to us. */
function findPlaces(): string[] {
  const own = /^0::(.*)$/m.exec(readFileSync('/proc/self/cgroup', 'utf8'))?.[1] ?? '/'
  const mounts = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([, , type]) => type === 'cgroup2')
    .map(([, path = '']) =>
      path.replace(/\\([0-7]{3})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 8))),
    )
  return [...new Set(mounts.flatMap((mount) => [join(mount, own), join(mount, dirname(own))]))]
}

/** Lets the cgroups below be limited. Where the kernel or another's processes stand in the way there are no limits. */
function passOn(path: string, limits: CgroupLimits) {
  for (const file of Object.keys(limits)) {
    try {
      writeFileSync(join(path, 'cgroup.subtree_control'), `+${file.split('.')[0]}`)
    } catch {
      // Told by `inForce`.
    }
  }
}

/** @returns what keeps a process from entering, empty where nothing does */
async function tryOut(base: string): Promise<string> {
  const probe = join(base, `probe-${process.pid}`)
  mkdirSync(probe, { recursive: true })
  try {
    const [shell, ...enter] = ENTER
    const { exitCode, stderr } = await runProcess(shell, [...enter, probe, 'true'], {
      env: { PATH: '/usr/bin:/bin' },
    })
    return exitCode === 0 ? '' : `no process can enter ${probe}: ${stderr.trim()}`
  } finally {
    rmdirSync(probe)
  }
}

function inForce(base: string, limits: CgroupLimits): CgroupLimits {
  const path = join(base, `probe-${process.pid}`)
  mkdirSync(path, { recursive: true })
  try {
    return Object.fromEntries(Object.entries(limits).filter(([file]) => existsSync(join(path, file))))
  } finally {
    rmdirSync(path)
  }
}
