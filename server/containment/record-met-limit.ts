// Puts into the record that what was started has met a limit: what has failed, what still works, what to do.
import type { Recorder } from '../recorder.ts'
import type { Tables } from '../tables.ts'
import type { ContainmentConfig } from './containment-config.ts'
import type { MetLimit } from './met-limits.ts'

/** @returns called with the id of a process, a terminal or a run of a verb; never throws */
export function createMetLimitRecorder(options: {
  config: ContainmentConfig
  tables: Pick<Tables, 'processes' | 'terminals' | 'turns' | 'verbRuns'>
  recorder: Pick<Recorder, 'record'>
  onFailure: (error: unknown) => void
}): (id: string, met: MetLimit) => void {
  const { config, tables, recorder, onFailure } = options
  return (id, met) => {
    try {
      const terminal = tables.terminals.byId(id)
      const row = tables.processes.byId(id) ?? terminal ?? tables.verbRuns.byId(id)
      if (!row) return
      const sessionId = row.session_id
      const turn = tables.turns.runningOf(sessionId)
      // The terminal of a `tui` is its process; another terminal or a verb is no part of a turn.
      const isOfTurn = terminal ? terminal.kind === 'agent' : turn?.process_id === id
      const event = { kind: 'control', action: 'limit_met', operator: 'console', ...met } as const
      recorder
        .record({
          ...{ sessionId, turnId: turn && isOfTurn ? turn.id : null },
          events: [{ ...event, reason: reasonOf(met, config) }],
        })
        .catch(onFailure)
    } catch (error) {
      onFailure(error)
    }
  }
}

function reasonOf({ limit, times }: MetLimit, { memory_max, pids_max }: ContainmentConfig): string {
  const isOne = times === 1
  const processes = isOne ? 'a process was' : `${times} processes were`
  const failed = 'the command that it belonged to has failed, or the turn, where it was the CLI'
  const rest = 'What does not need it goes on, Stop ends all'
  switch (limit) {
    case 'memory':
      return `${processes} killed, because what was started together may have ${memory_max}: ${failed}. ${rest}. For more, raise containment.memory_max and start the console again`
    case 'host_memory':
      return `${processes} killed, because the host, or what the console runs in, had none left: ${failed}. ${rest}. See what takes the memory of the host`
    case 'processes':
      return `${isOne ? 'a new process was' : `${times} new processes were`} refused, because ${pids_max} may run together, threads counted: commands fail until some have ended. ${rest}. For more, raise containment.pids_max and start the console again`
  }
}
