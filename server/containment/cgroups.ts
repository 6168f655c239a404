// A cgroup v2 for each process tree, named by the process's id. Who may write into cgroups, root or the user to whom they were
// delegated, can leave it; nobody else can.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, statSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { Cage } from '../claude/process-tree.ts'

export type Cgroups = {
  /** Where they stand. */
  readonly base: string
  /** Makes one. @returns its path. @throws Error with the reason in words */
  make(id: string): string
  /** One that was made, also by an earlier console; null where there is none. */
  find(id: string): Cage | null
  /** Takes away what is left empty, and limits the others anew. Call it before anything is started. @returns their ids */
  tidy(): string[]
  /** Takes the place itself away, if nothing is in it. */
  leave(): void
}

/** What each cgroup is limited to, in the kernel's own words. */
export type CgroupLimits = Readonly<Partial<Record<'memory.max' | 'pids.max', string>>>

/** Else what is over the limit is swapped out, and the whole host waits for its disk. */
const NO_SWAP = { 'memory.swap.max': '0' } as const

/** Starts a program inside a cgroup: it enters before it becomes the program, so that nothing it starts is ever outside. */
export const ENTER = ['/bin/sh', '-c', 'echo 0 > "$0"/cgroup.procs && exec "$@"'] as const

/** @param base a directory in a cgroup2 file system */
export function openCgroups(base: string, limits: CgroupLimits = {}): Cgroups {
  return {
    base,
    make(id) {
      const path = join(base, id)
      try {
        mkdirSync(path, { recursive: true })
        limit(path)
        return path
      } catch (error) {
        const mend = 'mend it, or set containment.cgroup to "off" and start the console again'
        throw new Error(`The cgroup ${path} can't be made: ${(error as Error).message}; ${mend}`)
      }
    },
    find(id) {
      const path = join(base, id)
      return existsSync(join(path, 'cgroup.procs')) ? createCage(path) : null
    },
    tidy() {
      for (const path of childrenOf(base)) remove(path)
      const left = childrenOf(base)
      for (const path of left) {
        try {
          limit(path)
        } catch {
          // It keeps those that it has.
        }
      }
      return left.map((path) => basename(path))
    },
    leave: () => remove(base),
  }

  function limit(path: string) {
    const withSwap = 'memory.max' in limits ? { ...limits, ...NO_SWAP } : limits
    for (const [file, value] of Object.entries(withSwap)) {
      if (existsSync(join(path, file))) writeFileSync(join(path, file), value)
    }
  }
}

function createCage(path: string): Cage {
  return {
    pids: () => [path, ...descendantsOf(path)].flatMap(readPids),
    kill() {
      try {
        writeFileSync(join(path, 'cgroup.kill'), '1')
      } catch {
        // Before Linux 5.14 there is no such file: its processes are killed one by one.
      }
    },
    remove: () => remove(path),
  }
}

/** @returns none where it is gone */
export function readPids(path: string): number[] {
  try {
    return readFileSync(join(path, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number)
  } catch {
    return []
  }
}

/** What a command has made inside goes first. One that is not empty stays. */
function remove(path: string): void {
  for (const inner of descendantsOf(path).reverse().concat(path)) {
    try {
      rmdirSync(inner)
    } catch {
      // Something is in it, or it has gone.
    }
  }
}

function descendantsOf(path: string): string[] {
  return childrenOf(path).flatMap((child) => [child, ...descendantsOf(child)])
}

function childrenOf(path: string): string[] {
  try {
    return readdirSync(path)
      .map((name) => join(path, name))
      .filter((child) => statSync(child).isDirectory())
  } catch {
    return []
  }
}
