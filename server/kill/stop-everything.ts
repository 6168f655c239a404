// What the kill switch stops: the processes first, then the turns, terminals and gateway sessions they belong to.
import type { Pool } from '../gateway/pool.ts'
import type { Processes } from '../processes.ts'
import type { Tables } from '../tables.ts'
import type { Terminals } from '../terminal/terminals.ts'
import type { Turns } from '../turns.ts'
import type { Verbs } from '../verbs/verbs.ts'
import type { StopEverything } from './kill-switch.ts'

export function createStopEverything(console: {
  turns: Pick<Turns, 'stopAll' | 'runningCount'>
  terminals: Pick<Terminals, 'list' | 'endAll'>
  verbs: Pick<Verbs, 'busy' | 'endAll'>
  processes: Pick<Processes, 'endAll'>
  pool: Pick<Pool, 'empty'>
  tables: Pick<Tables, 'turns' | 'sessions'>
}): StopEverything {
  const { turns, terminals, verbs, processes, pool, tables } = console
  return ({ by, reason }) => {
    const words = reason ? `The kill switch was engaged: ${reason}` : 'The kill switch was engaged'
    const shown = terminals.list()
    const verbsNow = verbs.busy()
    const sessions = affected([...shown.map((each) => each.session_id), ...verbsNow.sessions])
    const stopped = { turns: turns.runningCount(), terminals: shown.length, processes: 0 }
    turns.stopAll(words, by)
    const killed = processes.endAll()
    const closed = terminals.endAll(null, by, words, { graceMs: 0 })
    const ended = verbs.endAll(by, words)
    pool.empty(words)
    return {
      stopped: { ...stopped, processes: killed.count + verbsNow.processes },
      sessions,
      survivors: Promise.all([killed.survivors, closed, ended]).then((each) =>
        withoutRepetition(each.flat()),
      ),
    }
  }

  /** Prompts that are queued wait for an operator to send them, also when the switch has been lifted. */
  function affected(withTerminal: string[]) {
    try {
      const queued = tables.turns.queuedSessions()
      const running = tables.turns.running().map((turn) => turn.session_id)
      return [...new Set([...running, ...withTerminal, ...queued])].map((id) => ({
        id,
        ...(queued.includes(id) ? { also: () => tables.sessions.setHeld(id, true) } : {}),
      }))
    } catch {
      // A record that can't be read keeps nothing running.
      return [...new Set(withTerminal)].map((id) => ({ id }))
    }
  }
}

function withoutRepetition<T extends { pid: number }>(survivors: T[]): T[] {
  return [...new Map(survivors.map((each) => [each.pid, each])).values()]
}
