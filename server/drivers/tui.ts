// The `tui` driver: an interactive TUI a session in a terminal of its own, kept hot between turns.
import { freemem } from 'node:os'
import type { ProcessRow } from '../../db/processes.ts'
import { followTurn, sendPrompt } from '../claude/follow-turn.ts'
import { type Launch, launchKey } from '../claude/launch.ts'
import type { ClaudeProcess } from '../claude/process.ts'
import type { Survivor } from '../claude/process-tree.ts'
import { adoptDeadTui } from '../claude/tui-adopt.ts'
import { startTui, type TuiProcess } from '../claude/tui-process.ts'
import type { StartTerminal } from '../claude/tui-terminal.ts'
import type { TypedTurn } from '../claude/tui-turn.ts'
import { cannotStart } from '../claude/unstarted.ts'
import type { Processes } from '../processes.ts'
import type { Batch, Driver, TurnRequest } from './driver.ts'

export type HotLimits = {
  /** Most TUIs kept while they have nothing to do, over all sessions. Each takes about 300 MB. */
  count: number
  idleMs: number
  /** Below this much free memory, in bytes, none is kept. */
  freeMemoryBytes: number
}

/** A turn that somebody began at the keyboard. Its lines stand in the spool already; `run` follows them to its end. */
export type TurnAtKeyboard = TypedTurn & {
  sessionId: string
  /** Who typed, as far as that is known. */
  operator: string | null
  run: (request: TurnRequest) => AsyncIterable<Batch>
}

type Hot = {
  tui: TuiProcess
  key: string
  /** How many turns of the session it knows; another number means that one ran elsewhere. */
  turns: number
  busy: boolean
  idleSince: number
}

const SWEEP_MS = 10_000

/**
 * @param options.startTerminal opens the agent's terminal of a session
 * @param options.onLeftover told what a TUI had left running, and what of it could not be ended
 * @param options.onTyped told of turns that were begun by hand; where nobody runs them, they are in the spool alone
 * @param options.onCost told what a turn has cost, in USD, a moment after its end: the CLI does not say it earlier
 */
export function createTuiDriver(options: {
  processes: Processes
  limits: HotLimits
  startTerminal: (sessionId: string) => StartTerminal
  onLeftover: (sessionId: string, survivors: Survivor[]) => void
  onTyped?: (turn: TurnAtKeyboard) => void
  onCost?: (sessionId: string, turnId: string, usd: number) => void
}): Driver {
  const { processes, limits } = options
  /** By session, the one that was idle longest first. */
  const hot = new Map<string, Promise<Hot>>()
  const leaving = new Map<string, Promise<void>>()
  const lastTurn = new Map<string, string>()
  const sweep = setInterval(() => void sweepIdle(), SWEEP_MS)
  sweep.unref()

  async function* run(request: TurnRequest): AsyncGenerator<Batch> {
    const { sessionId, adopted } = request
    if (adopted) return yield* runAdopted(request, adopted.process)
    await leaving.get(sessionId)
    let chosen: Hot
    try {
      chosen = await choose(request)
      await request.processChosen(chosen.tui.id)
    } catch (error) {
      return yield cannotStart(error)
    }
    // One that is typed by hand ends first; its lines are not this turn's.
    await Promise.race([chosen.tui.free(), aborted(request.stop), aborted(request.detach)])
    const from = chosen.tui.spoolBytes()
    // Not waited for: it may take until somebody has answered a dialog, and the turn's clocks run meanwhile.
    void sendPrompt(chosen.tui, request).catch(() => undefined)
    yield* follow(chosen, request, from)
  }

  async function* follow(chosen: Hot, request: TurnRequest, from: number): AsyncGenerator<Batch> {
    const { sessionId } = request
    chosen.busy = true
    lastTurn.set(sessionId, request.turnId)
    try {
      yield* followTurn(chosen.tui, request, { from })
    } finally {
      // A console that stops takes its terminals with it; the next one closes the turn.
      if (!request.detach.aborted) {
        chosen.busy = false
        chosen.turns = request.earlierTurns + 1
        chosen.idleSince = performance.now()
        if (chosen.tui.exit !== null || request.stop.aborted) leave(sessionId, chosen)
        else keepWithin()
      }
    }
  }

  /** The TUI has died with the console that held its terminal: what it left is swept, its transcript read to the end. */
  async function* runAdopted(request: TurnRequest, row: ProcessRow): AsyncGenerator<Batch> {
    let claude: ClaudeProcess
    try {
      claude = await adoptDeadTui(row, await request.launch(), request.startedAtMs)
    } catch (error) {
      return yield cannotStart(error)
    }
    try {
      yield* followTurn(claude, request)
    } finally {
      await processes.end(claude, 0)
    }
  }

  /** The session's TUI if it behaves as one started now and knows all turns, else one started now. */
  async function choose(request: TurnRequest): Promise<Hot> {
    const { sessionId, earlierTurns } = request
    const launch = await request.launch()
    const kept = await hot.get(sessionId)?.catch(() => null)
    if (kept && isFresh(kept, launch, earlierTurns)) return kept
    if (kept) await end(sessionId, kept)
    return start(sessionId, launch, earlierTurns)
  }

  function start(sessionId: string, launch: Launch, earlierTurns: number): Promise<Hot> {
    const key = keyOf(launch)
    const started = processes
      .enter(sessionId, 'tui', key, (id, directory) =>
        startTui({
          ...{ launch, id, directory },
          startTerminal: options.startTerminal(sessionId),
          onTyped: (typed, offset, operator) => void typedByHand(sessionId, typed, offset, operator),
          onCost: (usd) => options.onCost?.(sessionId, lastTurn.get(sessionId) ?? '', usd),
        }),
      )
      .then((tui): Hot => {
        const entry = { tui, key, turns: earlierTurns, busy: false, idleSince: performance.now() }
        // Somebody has typed /exit, or it has crashed: the next prompt starts another.
        void tui.exited.then(() => entry.busy || leave(sessionId, entry))
        return entry
      })
    hot.delete(sessionId)
    hot.set(sessionId, started)
    started.catch(() => hot.get(sessionId) === started && hot.delete(sessionId))
    return started
  }

  async function typedByHand(sessionId: string, typed: TypedTurn, from: number, operator: string | null) {
    const entry = await hot.get(sessionId)
    if (!entry) return
    options.onTyped?.({
      ...typed,
      ...{ sessionId, operator },
      async *run(request) {
        await request.processChosen(entry.tui.id)
        yield* follow(entry, request, from)
      },
    })
  }

  function leave(sessionId: string, entry: Hot) {
    if (leaving.has(sessionId)) return
    const gone = end(sessionId, entry).finally(() => leaving.delete(sessionId))
    leaving.set(sessionId, gone)
  }

  async function end(sessionId: string, entry: Hot) {
    const current = await hot.get(sessionId)?.catch(() => null)
    if (current === entry) hot.delete(sessionId)
    const survivors = await processes.end(entry.tui)
    if (survivors.length > 0) options.onLeftover(sessionId, survivors)
  }

  async function release(sessionId: string) {
    const entry = await hot.get(sessionId)?.catch(() => null)
    if (entry && !entry.busy) await end(sessionId, entry)
    await leaving.get(sessionId)
  }

  async function idle(): Promise<[string, Hot][]> {
    const entries = await Promise.all(
      [...hot].map(async ([sessionId, started]) => [sessionId, await started.catch(() => null)] as const),
    )
    return entries
      .flatMap(([sessionId, entry]) => (entry && !entry.busy ? [[sessionId, entry] as [string, Hot]] : []))
      .sort(([, one], [, other]) => one.idleSince - other.idleSince)
  }

  async function sweepIdle() {
    for (const [sessionId, entry] of await idle()) {
      const isOld = performance.now() - entry.idleSince > limits.idleMs
      if (isOld || freemem() < limits.freeMemoryBytes) leave(sessionId, entry)
    }
  }

  function keepWithin() {
    void idle().then((entries) => {
      for (const [sessionId, entry] of entries.slice(0, Math.max(0, entries.length - limits.count)))
        leave(sessionId, entry)
    })
  }

  return {
    run,
    prepare(sessionId, launch, earlierTurns) {
      if (limits.count === 0 || freemem() < limits.freeMemoryBytes) return
      void (async () => {
        await leaving.get(sessionId)
        const now = await launch()
        const kept = await hot.get(sessionId)?.catch(() => null)
        if (kept && (kept.busy || isFresh(kept, now, earlierTurns))) return
        if (kept) await end(sessionId, kept)
        await start(sessionId, now, earlierTurns)
        keepWithin()
      })().catch(() => undefined) // the turn will say why it can't be started
    },
    release,
    async close() {
      clearInterval(sweep)
      await Promise.all([...hot.keys()].map(release))
      await Promise.all(leaving.values())
    },
  }
}

function isFresh({ tui, key, turns }: Hot, launch: Launch, earlierTurns: number): boolean {
  return tui.exit === null && key === keyOf(launch) && turns === earlierTurns
}

/** Whether the transcript is resumed makes no difference to a TUI that has it already. */
function keyOf(launch: Launch): string {
  return launchKey({ ...launch, resume: false }, 0)
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
