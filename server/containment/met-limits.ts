// Tells when the kernel holds something to the limits of its cgroup: a process is killed for memory, a new one is refused.
import { type FSWatcher, readFileSync, watch } from 'node:fs'
import { join } from 'node:path'

/** @property times since it was last told */
export type MetLimit = {
  /** `host_memory`: killed for memory, but not because of the cgroup's own limit. */
  limit: 'memory' | 'host_memory' | 'processes'
  times: number
}

export type MetLimits = {
  /** @param path of the cgroup */
  begin(id: string, path: string): void
  /** Tells what has not been told yet, for the last time. */
  end(id: string): void
  close(): void
}

type Counts = { killed: number; full: number; refused: number }
type Watched = { path: string; told: Counts; pause: NodeJS.Timeout | null; watchers: FSWatcher[] }

/** A fork bomb meets its limit thousands of times a second: the first is told at once, the others together. */
const PAUSE_MS = 10_000
const FILES = ['memory.events', 'pids.events'] as const

/** @param tell called with the id of a cgroup; must not throw */
export function createMetLimits(tell: (id: string, met: MetLimit) => void): MetLimits {
  const watched = new Map<string, Watched>()

  function look(id: string) {
    const known = watched.get(id)
    if (!known) return
    const { told } = known
    const now = readCounts(known.path) ?? told
    const killed = now.killed - told.killed
    const refused = now.refused - told.refused
    if (killed + refused === 0) return
    known.told = now
    clearTimeout(known.pause ?? undefined)
    known.pause = setTimeout(() => {
      known.pause = null
      look(id)
    }, PAUSE_MS).unref()
    if (killed > 0) tell(id, { limit: now.full > told.full ? 'memory' : 'host_memory', times: killed })
    if (refused > 0) tell(id, { limit: 'processes', times: refused })
  }

  function stop(id: string) {
    const known = watched.get(id)
    if (!known) return
    clearTimeout(known.pause ?? undefined)
    for (const watcher of known.watchers) watcher.close()
    watched.delete(id)
  }

  return {
    begin(id, path) {
      const told = { killed: 0, full: 0, refused: 0 }
      const entry: Watched = { path, told, pause: null, watchers: [] }
      watched.set(id, entry)
      const changed = () => {
        if (!entry.pause) look(id)
      }
      entry.watchers = FILES.flatMap((file) => watchFile(join(path, file), changed))
      changed() // what happened while no console looked
    },
    end(id) {
      look(id)
      stop(id)
    },
    close() {
      for (const id of [...watched.keys()]) stop(id)
    },
  }
}

/** Where it can't be watched it is looked at in the end. */
function watchFile(path: string, changed: () => void): FSWatcher[] {
  try {
    return [watch(path, { persistent: false }, changed).on('error', () => undefined)]
  } catch {
    return []
  }
}

/** @returns null where the cgroup has gone */
function readCounts(path: string): Counts | null {
  const memory = readEvents(join(path, 'memory.events'))
  const pids = readEvents(join(path, 'pids.events'))
  if (!memory && !pids) return null
  return {
    killed: memory?.get('oom_kill') ?? 0,
    full: memory?.get('oom') ?? 0,
    refused: pids?.get('max') ?? 0,
  }
}

/** Lines of a word and a number. */
function readEvents(path: string): Map<string, number> | null {
  try {
    const lines = readFileSync(path, 'utf8').trim().split('\n')
    return new Map(lines.map((line) => line.split(' ')).map(([word = '', count]) => [word, Number(count)]))
  } catch {
    return null
  }
}
