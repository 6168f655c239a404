// The `tui` driver: an interactive TUI a session in a terminal of its own, kept hot between turns.
import { setTimeout as sleep } from 'node:timers/promises'
import type { ProcessRow } from '../../db/processes.ts'
import { type Crew, createCrew } from '../claude/crew.ts'
import { followTurn, sendPrompt } from '../claude/follow-turn.ts'
import { createHotProcesses, type Hot, type HotLimits } from '../claude/hot-processes.ts'
import { type ClaudeProcess, mustBeStartable } from '../claude/process.ts'
import type { Survivor } from '../claude/process-tree.ts'
import { typedAfter } from '../claude/spool-remarks.ts'
import { adoptDeadTui } from '../claude/tui-adopt.ts'
import { startTui, type TuiProcess } from '../claude/tui-process.ts'
import type { StartTerminal } from '../claude/tui-terminal.ts'
import type { TypedTurn } from '../claude/tui-turn.ts'
import { cannotStart, stoppedBefore } from '../claude/unstarted.ts'
import type { Processes } from '../processes.ts'
import type { Batch, Driver, TurnRequest } from './driver.ts'

/** A turn that somebody began at the keyboard. Its lines stand in the spool already; `run` follows them to its end. */
export type TurnAtKeyboard = TypedTurn & {
  sessionId: string
  /** Who typed, as far as that is known. */
  operator: string | null
  run: (request: TurnRequest) => AsyncIterable<Batch>
}

/** How long the words of a turn that was typed by hand are waited for. */
const WORDS_MS = 1_000

type Tui = { claude: TuiProcess; crew: Crew }

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
  const lastTurn = new Map<string, string>()
  const shelf = createHotProcesses<Tui>({
    limits,
    async start(sessionId, launch, key) {
      mustBeStartable(launch.claude)
      const claude = await processes.enter(sessionId, 'tui', key, (id, directory) =>
        startTui({
          ...{ launch, id, directory },
          startTerminal: options.startTerminal(sessionId),
          onTyped: (typed, offset, operator) => void typedByHand(sessionId, typed, offset, operator),
          onCost: (usd) => options.onCost?.(sessionId, lastTurn.get(sessionId) ?? '', usd),
        }),
      )
      return { claude, crew: createCrew(claude.identity, claude.marker) }
    },
    end: ({ claude }) => processes.end(claude),
    onLeftover: options.onLeftover,
  })

  async function* run(request: TurnRequest): AsyncGenerator<Batch> {
    if (request.adopted) return yield* runAdopted(request, request.adopted.process)
    if (request.stop.aborted) return yield stoppedBefore(request)
    let chosen: Hot<Tui>
    try {
      chosen = await shelf.choose(request)
    } catch (error) {
      return yield request.stop.aborted ? stoppedBefore(request) : cannotStart(error)
    }
    const tui = chosen.claude
    // One that is typed by hand ends first; its lines are not this turn's.
    await Promise.race([tui.free(), aborted(request.stop), aborted(request.detach)])
    const from = tui.spoolBytes()
    // Not waited for: it may take until somebody has answered a dialog, and the turn's clocks run meanwhile.
    void sendPrompt(tui, request).catch(() => undefined)
    yield* follow(chosen, request, from)
  }

  async function* follow(chosen: Hot<Tui>, request: TurnRequest, from: number): AsyncGenerator<Batch> {
    const { sessionId } = request
    chosen.busy = true
    lastTurn.set(sessionId, request.turnId)
    try {
      yield* followTurn(chosen.claude, request, { from, saw: chosen.crew.saw })
    } finally {
      // A console that stops takes its terminals with it; the next one closes the turn.
      if (!request.detach.aborted) {
        if (chosen.claude.exit !== null || request.stop.aborted) shelf.leave(sessionId, chosen)
        else
          shelf.rest(sessionId, chosen, request.earlierTurns + 1, async () => {
            const survivors = await chosen.crew.endLeftovers()
            if (survivors.length > 0) options.onLeftover(sessionId, survivors)
          })
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

  async function typedByHand(sessionId: string, typed: TypedTurn, from: number, operator: string | null) {
    const entry = await shelf.get(sessionId)
    if (!entry) return
    // The wire is ahead of the transcript, where the words stand.
    const giveUpAt = performance.now() + WORDS_MS
    let words: TypedTurn | null = typed.text === null ? null : typed
    while (words === null && performance.now() < giveUpAt) {
      words = typedAfter(entry.claude.spoolPath, from)
      if (words === null) await sleep(50)
    }
    options.onTyped?.({
      ...(words ?? typed),
      ...{ sessionId, operator },
      async *run(request) {
        await request.processChosen(entry.claude.id)
        yield* follow(entry, request, from)
      },
    })
  }

  return { run, prepare: shelf.prepare, release: shelf.release, close: shelf.close }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
