// The `print` driver: one `claude -p` a turn, started before its prompt arrives.
import { freemem } from 'node:os'
import { followTurn, sendPrompt } from '../claude/follow-turn.ts'
import { launchKey } from '../claude/launch.ts'
import type { ClaudeProcess } from '../claude/process.ts'
import type { Processes } from '../processes.ts'
import type { Batch, Driver, TurnRequest } from './driver.ts'

export type WarmLimits = {
  /** Most processes kept ready, over all sessions. Each takes about 300 MB. */
  count: number
  idleMs: number
  /** Below this much free memory, in bytes, none is kept. */
  freeMemoryBytes: number
}

type Ready = { claude: ClaudeProcess; key: string }
type Warm = { started: Promise<Ready>; since: number }

const SWEEP_MS = 10_000

/** @param onLeftover told what a finished turn had left running, and what of it could not be ended */
export function createPrintDriver(
  processes: Processes,
  limits: WarmLimits,
  onLeftover: (sessionId: string, survivors: { pid: number; command: string }[]) => void,
): Driver {
  /** Ready processes by session, oldest first. */
  const warm = new Map<string, Warm>()
  /** The turn before, until its process has gone: the transcript is whole only then. */
  const leaving = new Map<string, Promise<void>>()
  const sweep = setInterval(() => {
    for (const [sessionId, { since }] of warm) {
      if (performance.now() - since > limits.idleMs || isMemoryShort(limits)) void release(sessionId)
    }
  }, SWEEP_MS)
  sweep.unref()

  async function* run(request: TurnRequest): AsyncGenerator<Batch> {
    const { sessionId, adopted } = request
    await leaving.get(sessionId)
    let claude: ClaudeProcess
    try {
      claude = adopted ? processes.adopt(adopted.process) : await choose(request)
    } catch (error) {
      return yield cannotStart(error)
    }
    try {
      yield* followTurn(claude, request, 0)
    } finally {
      const gone = leave(sessionId, claude)
      leaving.set(sessionId, gone)
      void gone.then(() => leaving.get(sessionId) === gone && leaving.delete(sessionId))
    }
  }

  /** A ready process that would behave as one started now, else one started now; then its prompt. */
  async function choose(request: TurnRequest): Promise<ClaudeProcess> {
    const launch = await request.launch()
    const key = launchKey(launch, request.earlierTurns)
    const ready = await takeWarm(request.sessionId, key)
    const claude = ready ?? (await processes.start(request.sessionId, 'print', launch, key))
    await request.processChosen(claude.id)
    // Not waited for: a long prompt is read while the turn is followed, and a CLI that does not read is seen there.
    void sendPrompt(claude, request).catch(() => undefined)
    return claude
  }

  async function takeWarm(sessionId: string, key: string): Promise<ClaudeProcess | null> {
    const entry = warm.get(sessionId)
    if (!entry) return null
    warm.delete(sessionId)
    const ready = await entry.started.catch(() => null)
    if (ready && ready.claude.exit === null && ready.key === key) return ready.claude
    if (ready) await processes.end(ready.claude, 0)
    return null
  }

  async function leave(sessionId: string, claude: ClaudeProcess) {
    const survivors = await processes.end(claude)
    if (survivors.length > 0) onLeftover(sessionId, survivors)
  }

  async function release(sessionId: string) {
    const entry = warm.get(sessionId)
    warm.delete(sessionId)
    const ready = await entry?.started.catch(() => null)
    if (ready) await processes.end(ready.claude, 0)
  }

  return {
    run,
    prepare(sessionId, launch, earlierTurns) {
      if (limits.count === 0 || isMemoryShort(limits)) return
      const before = Promise.all([leaving.get(sessionId), release(sessionId)])
      const started = before.then(async (): Promise<Ready> => {
        const now = await launch()
        const key = launchKey(now, earlierTurns)
        return { key, claude: await processes.start(sessionId, 'print', now, key) }
      })
      started.catch(() => warm.delete(sessionId)) // the turn will say why it can't be started
      warm.set(sessionId, { started, since: performance.now() })
      const oldest = warm.keys().next().value
      if (warm.size > limits.count && oldest !== undefined) void release(oldest)
    },
    release,
    async close() {
      clearInterval(sweep)
      await Promise.all([...leaving.values(), ...[...warm.keys()].map(release)])
    },
  }
}

function cannotStart(error: unknown): Batch {
  const reason = error instanceof Error ? error.message : String(error)
  return {
    events: [{ kind: 'error', error: reason, code: 'cli_not_started', fatal: true }],
    questions: [],
    offsets: null,
  }
}

function isMemoryShort({ freeMemoryBytes }: WarmLimits): boolean {
  return freemem() < freeMemoryBytes
}
