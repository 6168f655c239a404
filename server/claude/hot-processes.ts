// Processes that stay hot between turns: one a session at most, ended when they are idle, too many, or out of date.
import { freemem } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import type { TurnRequest } from '../drivers/driver.ts'
import { type Launch, type LaunchNow, launchKey } from './launch.ts'
import type { ClaudeProcess } from './process.ts'
import type { Survivor } from './process-tree.ts'

export type HotLimits = {
  /** Most processes kept while they have nothing to do, over all sessions. Each takes about 300 MB. */
  count: number
  idleMs: number
  /** Below this much free memory, in bytes, none is kept. */
  freeMemoryBytes: number
}

/** A process with what its driver knows of it. */
export type Hot<P> = P & {
  key: string
  /** How many turns of the session it knows; another number means that one ran elsewhere. */
  turns: number
  busy: boolean
  idleSince: number
}

const SWEEP_MS = 10_000
/** At a shutdown: how long processes are waited for before they are killed. */
const CLOSE_MS = 3_000

/**
 * @param options.start enters a process in the register and starts it
 * @param options.end ends it and all it started
 * @param options.isUsable whether it could take a prompt now, besides being up to date; all can unless given
 * @param options.onLeftover told what could not be ended
 * @param options.onDied told of one that ended by itself while it had nothing to do
 */
export function createHotProcesses<P extends { claude: ClaudeProcess }>(options: {
  limits: HotLimits
  start: (sessionId: string, launch: Launch, key: string) => Promise<P>
  end: (entry: P) => Promise<Survivor[]>
  isUsable?: (entry: P) => boolean
  onLeftover: (sessionId: string, survivors: Survivor[]) => void
  onDied?: (sessionId: string, entry: Hot<P>) => void
}) {
  const { limits } = options
  const hot = new Map<string, Promise<Hot<P>>>()
  /** What still goes on of the turn before; the session's next process is started, or used, after that. */
  const settling = new Map<string, Promise<void>>()
  /** Told to go, and not gone yet. */
  const ending = new Set<Hot<P>>()
  const sweep = setInterval(() => void sweepIdle(), SWEEP_MS)
  sweep.unref()

  /** The session's process, where there is one. */
  function get(sessionId: string): Promise<Hot<P> | null> {
    return hot.get(sessionId)?.catch(() => null) ?? Promise.resolve(null)
  }

  /**
   * The session's process if it behaves as one started now and knows all turns, else one started now; the turn's from here on.
   * @throws Error when it can't be started, or the choice not be recorded
   */
  async function choose({ sessionId, earlierTurns, launch, processChosen }: TurnRequest): Promise<Hot<P>> {
    await settling.get(sessionId)
    const entry = await fresh(sessionId, launch, earlierTurns)
    entry.busy = true
    try {
      await processChosen(entry.claude.id)
      return entry
    } catch (error) {
      leave(sessionId, entry)
      throw error
    }
  }

  async function fresh(sessionId: string, launch: LaunchNow, earlierTurns: number): Promise<Hot<P>> {
    const kept = await get(sessionId)
    if (kept) {
      if (kept.busy) return kept
      // A process that runs has its transcript: the one on disk need not be read for it.
      if (isFresh(kept, await launch(true), earlierTurns) && (options.isUsable?.(kept) ?? true)) return kept
      await end(sessionId, kept)
    }
    return start(sessionId, await launch(), earlierTurns)
  }

  function start(sessionId: string, launch: Launch, turns: number): Promise<Hot<P>> {
    const key = launchKey(launch, 0)
    const started = options.start(sessionId, launch, key).then((own): Hot<P> => {
      const entry = { ...own, key, turns, busy: false, idleSince: performance.now() }
      void own.claude.exited.then(() => died(sessionId, entry))
      return entry
    })
    hot.delete(sessionId)
    hot.set(sessionId, started)
    started.catch(() => hot.get(sessionId) === started && hot.delete(sessionId))
    return started
  }

  async function died(sessionId: string, entry: Hot<P>) {
    if (entry.busy || settling.has(sessionId) || (await get(sessionId)) !== entry) return
    options.onDied?.(sessionId, entry)
    leave(sessionId, entry)
  }

  function settle(sessionId: string, work: Promise<void>) {
    const before = settling.get(sessionId)
    const done = Promise.all([before, work])
      .then(() => undefined)
      .finally(() => settling.get(sessionId) === done && settling.delete(sessionId))
    settling.set(sessionId, done)
  }

  /** Ends a process; the session's next turn waits until it has gone. */
  function leave(sessionId: string, entry: Hot<P>) {
    settle(sessionId, end(sessionId, entry))
  }

  async function end(sessionId: string, entry: Hot<P>) {
    if ((await get(sessionId)) === entry) hot.delete(sessionId)
    ending.add(entry)
    const survivors = await options.end(entry)
    ending.delete(entry)
    if (survivors.length > 0) options.onLeftover(sessionId, survivors)
  }

  /** A turn is over, and its process goes on without anything to do, once `work` is done. */
  function rest(sessionId: string, entry: Hot<P>, turns: number, work: () => Promise<void>) {
    settle(
      sessionId,
      work().then(() => {
        Object.assign(entry, { busy: false, turns, idleSince: performance.now() })
        if (entry.claude.exit !== null) leave(sessionId, entry)
        else keepWithin()
      }),
    )
  }

  async function release(sessionId: string) {
    const entry = await get(sessionId)
    if (entry && !entry.busy) await end(sessionId, entry)
    await settling.get(sessionId)
  }

  /** Those without anything to do, the one that is idle longest first. */
  async function idle(): Promise<[string, Hot<P>][]> {
    const entries = await Promise.all([...hot.keys()].map(async (id) => [id, await get(id)] as const))
    return entries
      .flatMap(([id, entry]) => (entry && !entry.busy ? [[id, entry] as [string, Hot<P>]] : []))
      .sort(([, one], [, other]) => one.idleSince - other.idleSince)
  }

  async function sweepIdle() {
    for (const [sessionId, entry] of await idle()) {
      const isOld = performance.now() - entry.idleSince > limits.idleMs
      if (isOld || isMemoryShort(limits)) leave(sessionId, entry)
    }
  }

  function keepWithin() {
    void idle().then((entries) => {
      for (const [sessionId, entry] of entries.slice(0, Math.max(0, entries.length - limits.count)))
        leave(sessionId, entry)
    })
  }

  return {
    get,
    choose,
    start,
    end,
    leave,
    rest,
    release,
    /** Settles when nothing of the session's turn before goes on. */
    settled: (sessionId: string): Promise<void> => settling.get(sessionId) ?? Promise.resolve(),

    /** As {@link Driver.prepare}. */
    prepare(sessionId: string, launch: LaunchNow, earlierTurns: number) {
      if (limits.count === 0 || isMemoryShort(limits)) return
      const before = settling.get(sessionId)
      const ready = async () => {
        await before
        await fresh(sessionId, launch, earlierTurns)
        keepWithin()
      }
      settle(
        sessionId,
        ready().catch(() => undefined),
      ) // the turn will say why it can't be started
    },

    async close() {
      clearInterval(sweep)
      const gone = Promise.all([...[...hot.keys()].map(release), ...settling.values()])
      await Promise.race([gone, sleep(CLOSE_MS)])
      await Promise.all([...ending].map(({ claude }) => claude.end({ graceMs: 0 })))
    },
  }
}

function isFresh<P extends { claude: ClaudeProcess }>(
  { claude, key, turns }: Hot<P>,
  launch: Launch,
  earlierTurns: number,
): boolean {
  return claude.exit === null && key === launchKey(launch, 0) && turns === earlierTurns
}

/** Whether there is too little free memory to keep a process that has nothing to do. */
export function isMemoryShort({ freeMemoryBytes }: HotLimits): boolean {
  return freemem() < freeMemoryBytes
}
