// All drivers as one: each session is run by the driver that its row names.
import type { DriverName } from '../../lib/api.ts'
import type { EventBody } from '../../lib/events.ts'
import type { HotLimits } from '../claude/hot-processes.ts'
import type { Survivor } from '../claude/process-tree.ts'
import { fromAgentTerminal, TUI_SIZE } from '../claude/tui-terminal.ts'
import type { Processes } from '../processes.ts'
import type { Recorder } from '../recorder.ts'
import type { Tables } from '../tables.ts'
import type { Terminals } from '../terminal/terminals.ts'
import type { Turns } from '../turns.ts'
import type { Driver } from './driver.ts'
import { createPrintDriver } from './print.ts'
import { createStreamDriver } from './stream.ts'
import { createTuiDriver, type TurnAtKeyboard } from './tui.ts'

/** Drivers that can be chosen in this version. */
export const BUILT_DRIVERS = ['print', 'stream', 'tui'] as const satisfies readonly DriverName[]

/**
 * @param limits of processes that are kept ready, for each driver
 * @param parts asked for when the first TUI starts
 * @param onFailure told what could not be recorded beside a turn
 */
export function createDrivers(options: {
  processes: Processes
  limits: { print: HotLimits; stream: HotLimits; tui: HotLimits }
  tables: Tables
  recorder: Recorder
  parts: () => { terminals: Pick<Terminals, 'openAgent'>; turns: Pick<Turns, 'start' | 'over'> }
  onFailure: (error: unknown) => void
}): Driver {
  const { processes, limits, tables, recorder, parts, onFailure } = options
  const driverOf = (sessionId: string): DriverName => tables.sessions.byId(sessionId)?.driver ?? 'print'

  /** Puts events into a session's record beside its turns, with how far a spool is read by that. */
  function tell(sessionId: string, events: EventBody[], read?: { processId: string; spool: number }) {
    const also = () => read && tables.processes.setSpoolOffset(read.processId, read.spool)
    recorder.record({ sessionId, turnId: null, events, also }).catch(onFailure)
  }

  /** The turn has its terminal event already, and that is its last: the cost stands behind it, outside. */
  async function tellCost(sessionId: string, turnId: string, usd: number) {
    await parts().turns.over(turnId)
    const told = { kind: 'control' as const, action: 'cost', operator: 'console', of_turn: turnId, usd }
    const also = () => tables.turns.addCost(turnId, usd)
    await recorder.record({ sessionId, turnId: null, events: [told], also })
  }

  /** What is typed by hand is a turn like any other, the typist's; what may not begin, as beside another turn, is told alone. */
  function takeTyped({ sessionId, operator, text, shell, run: follow }: TurnAtKeyboard) {
    const typist = operator ?? 'somebody'
    const prompt = `${shell ? '!' : ''}${text ?? '(typed in the terminal)'}`
    try {
      parts().turns.start(sessionId, typist, prompt, { follow })
    } catch {
      tell(sessionId, [{ kind: 'control', action: 'typed_turn', operator: typist, reason: prompt, shell }])
    }
  }

  const survived = (survivors: Survivor[]): EventBody[] =>
    survivors.length > 0 ? [{ kind: 'control', action: 'survivors', operator: 'console', survivors }] : []

  const print = createPrintDriver(processes, limits.print, (sessionId, { survivors, events }) =>
    tell(sessionId, [...events, ...survived(survivors)]),
  )
  const stream = createStreamDriver({ processes, limits: limits.stream, tell })
  const tui = createTuiDriver({
    processes,
    limits: limits.tui,
    startTerminal: (sessionId) => async (_, launch) =>
      fromAgentTerminal(await parts().terminals.openAgent(sessionId, 'claude', launch, TUI_SIZE)),
    onLeftover: (sessionId, survivors) => tell(sessionId, survived(survivors)),
    onTyped: takeTyped,
    onCost: (...cost) => void tellCost(...cost).catch(onFailure),
  })
  const all = [print, stream, tui]
  const named = (name: string): Driver => (name === 'tui' ? tui : name === 'stream' ? stream : print)

  /** Two processes of one conversation would each go on without the other's turns, and fork its history. */
  async function releaseOthers(chosen: Driver, sessionId: string) {
    await Promise.all(all.filter((driver) => driver !== chosen).map((driver) => driver.release(sessionId)))
  }

  return {
    async *run(request) {
      // A turn that is taken up again belongs to the driver that started it.
      const chosen = named(request.adopted?.process.driver ?? driverOf(request.sessionId))
      if (!request.adopted) await releaseOthers(chosen, request.sessionId)
      yield* chosen.run(request)
    },
    prepare(sessionId, launch, earlierTurns) {
      const chosen = named(driverOf(sessionId))
      void releaseOthers(chosen, sessionId)
      chosen.prepare(sessionId, launch, earlierTurns)
    },
    async release(sessionId) {
      await Promise.all(all.map((driver) => driver.release(sessionId)))
    },
    async close() {
      await Promise.all(all.map((driver) => driver.close()))
    },
  }
}
