// The `print` driver: one `claude -p` a turn, started before its prompt arrives.
import { setTimeout as sleep } from 'node:timers/promises'
import type { EventBody } from '../../lib/events.ts'
import { followTurn, sendPrompt } from '../claude/follow-turn.ts'
import { type HotLimits, isMemoryShort } from '../claude/hot-processes.ts'
import { launchKey } from '../claude/launch.ts'
import type { ClaudeProcess } from '../claude/process.ts'
import type { Survivor } from '../claude/process-tree.ts'
import { hasOpened, hasSpoken, remarksAfter } from '../claude/spool-remarks.ts'
import { cannotStart, stoppedBefore } from '../claude/unstarted.ts'
import type { Processes } from '../processes.ts'
import type { AdoptedTurn, Batch, Driver, TurnRequest } from './driver.ts'

type Ready = { claude: ClaudeProcess; key: string }
type Warm = { started: Promise<Ready>; since: number }

const SWEEP_MS = 10_000

/** What is found when a process has gone after its turn. */
export type Leftover = {
  /** What could not be ended. */
  survivors: Survivor[]
  /** What the CLI said after the end of the turn. */
  events: EventBody[]
}

/** At a shutdown: how long processes of ended turns are waited for before they are killed. */
const CLOSE_MS = 3_000

/** @param onLeftover called where anything was left */
export function createPrintDriver(
  processes: Processes,
  limits: HotLimits,
  onLeftover: (sessionId: string, leftover: Leftover) => void,
): Driver {
  /** Ready processes by session, oldest first. */
  const warm = new Map<string, Warm>()
  /** The turn before, until its process has gone: the transcript is whole only then. */
  const leaving = new Map<string, Promise<void>>()
  /** Told to go, and not gone yet. */
  const ending = new Set<ClaudeProcess>()
  const sweep = setInterval(() => {
    for (const [sessionId, { since }] of warm) {
      if (performance.now() - since > limits.idleMs || isMemoryShort(limits)) void release(sessionId)
    }
  }, SWEEP_MS)
  sweep.unref()

  async function* run(request: TurnRequest): AsyncGenerator<Batch> {
    const { sessionId, detach } = request
    await leaving.get(sessionId)
    let claude: ClaudeProcess
    let { adopted } = request
    try {
      const taken = adopted && (await takeUp(adopted))
      if (!taken) adopted = null
      if (!taken && request.stop.aborted) return yield stoppedBefore(request)
      claude = taken ?? (await choose(request))
    } catch (error) {
      return yield request.stop.aborted ? stoppedBefore(request) : cannotStart(error)
    }
    let read = 0
    try {
      if (!adopted && request.stop.aborted) return yield stoppedBefore(request)
      // Not waited for: a long prompt is read while the turn is followed, and a CLI that does not read is seen there.
      if (!adopted) void sendPrompt(claude, request).catch(() => undefined)
      for await (const batch of followTurn(claude, { ...request, adopted })) {
        read = batch.offsets?.spool ?? read
        yield batch
      }
    } finally {
      if (!detach.aborted) {
        const gone = leave(sessionId, claude, read)
        leaving.set(sessionId, gone)
        void gone.then(() => leaving.get(sessionId) === gone && leaving.delete(sessionId))
      }
    }
  }

  /**
   * The process of a turn that an earlier console left running; null where the CLI has not begun the turn. It may have
   * got a part of the prompt then: it is ended, so that the prompt can be sent to another without being run twice.
   */
  async function takeUp({ process, promptSent }: AdoptedTurn): Promise<ClaudeProcess | null> {
    const claude = processes.adopt(process)
    if (promptSent || hasOpened(claude.spoolPath)) return claude
    await processes.end(claude, 0)
    return hasOpened(claude.spoolPath) ? claude : null
  }

  /** A ready process that would behave as one started now, else one started now. */
  async function choose(request: TurnRequest): Promise<ClaudeProcess> {
    const { sessionId, earlierTurns } = request
    // A process that runs has its transcript: the one on disk need not be read for it.
    const key = launchKey(await request.launch(true), earlierTurns)
    const ready = await takeWarm(sessionId, key)
    const claude = ready ?? (await processes.start(sessionId, 'print', await request.launch(), key))
    await request.processChosen(claude.id)
    return claude
  }

  async function takeWarm(sessionId: string, key: string): Promise<ClaudeProcess | null> {
    const entry = warm.get(sessionId)
    if (!entry) return null
    warm.delete(sessionId)
    const ready = await entry.started.catch(() => null)
    if (ready?.claude.exit === null && ready.key === key && !hasSpoken(ready.claude.spoolPath))
      return ready.claude
    if (ready) await processes.end(ready.claude, 0)
    return null
  }

  async function leave(sessionId: string, claude: ClaudeProcess, read: number) {
    ending.add(claude)
    const survivors = await processes.end(claude)
    ending.delete(claude)
    const events = remarksAfter(claude.spoolPath, read)
    if (survivors.length + events.length > 0) onLeftover(sessionId, { survivors, events })
  }

  async function release(sessionId: string) {
    const entry = warm.get(sessionId)
    warm.delete(sessionId)
    const ready = await entry?.started.catch(() => null)
    if (ready) await processes.end(ready.claude, 0)
    await leaving.get(sessionId)
  }

  return {
    run,
    prepare(sessionId, launch, earlierTurns) {
      if (limits.count === 0 || isMemoryShort(limits)) return
      const before = release(sessionId)
      const started = before.then(async (): Promise<Ready> => {
        const now = await launch()
        const key = launchKey(now, earlierTurns)
        return { key, claude: await processes.start(sessionId, 'print', now, key) }
      })
      const entry = { started, since: performance.now() }
      warm.set(sessionId, entry)
      // The turn will say why it can't be started.
      started.catch(() => warm.get(sessionId) === entry && warm.delete(sessionId))
      const oldest = warm.keys().next().value
      if (warm.size > limits.count && oldest !== undefined) void release(oldest)
    },
    release,
    async close() {
      clearInterval(sweep)
      const gone = Promise.all([...leaving.values(), ...[...warm.keys()].map(release)])
      await Promise.race([gone, sleep(CLOSE_MS)])
      await Promise.all([...ending].map((claude) => claude.end({ graceMs: 0 })))
    },
  }
}
