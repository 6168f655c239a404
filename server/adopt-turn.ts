// What a console finds of a turn that an earlier one left running.
import type { TurnRow } from '../db/turns.ts'
import type { AdoptedTurn } from './drivers/driver.ts'
import type { Gate } from './gate/gate.ts'
import type { Recorder } from './recorder.ts'
import type { Tables } from './tables.ts'

/** @returns null where no process was started for the turn */
export function adoptionOf(turn: TurnRow, tables: Tables, gate: Gate): AdoptedTurn | null {
  const process = turn.process_id === null ? null : tables.processes.byId(turn.process_id)
  if (!process) return null
  const openCalls = new Map<string, { name: string; atMs: number }>()
  for (const event of tables.events.ofTurn(turn.session_id, turn.id)) {
    if (event.kind !== 'tool') continue
    if (event.phase === 'call')
      openCalls.set(event.tool_use_id, { name: event.name ?? '', atMs: Date.parse(event.at) })
    else openCalls.delete(event.tool_use_id)
  }
  return {
    process,
    promptSent: turn.prompt_sent === 1,
    openCalls: [...openCalls].map(([toolUseId, call]) => ({ toolUseId, ...call })),
    unanswered: gate.undelivered(process.id),
  }
}

export function tellAdopted(turn: TurnRow, recorder: Recorder): void {
  const reason = 'The console was started again while the turn ran'
  recorder.recordNow({
    sessionId: turn.session_id,
    turnId: turn.id,
    events: [{ kind: 'control', action: 'adopted', operator: 'console', reason }],
  })
}

/** Ends a turn for which nothing was started when the console died. */
export function closeUnstarted(turn: TurnRow, recorder: Recorder, tables: Tables): void {
  recorder.recordNow({
    sessionId: turn.session_id,
    turnId: turn.id,
    events: [
      {
        kind: 'error',
        code: 'interrupted',
        error: 'The console stopped before the CLI was started; nothing was run. Send the prompt again',
        fatal: true,
      },
    ],
    also: () =>
      void tables.turns.end({
        id: turn.id,
        session_id: turn.session_id,
        outcome: 'interrupted',
        ended_at: new Date().toISOString(),
        cost_usd: null,
        input_tokens: null,
        output_tokens: null,
      }),
  })
}
