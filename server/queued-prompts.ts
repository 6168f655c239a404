// Prompts that wait behind a running turn: changed and taken out before they are sent.
import type { TurnView } from '../lib/api.ts'
import type { TurnSurroundings } from './run-turn.ts'
import { viewTurn } from './session-view.ts'
import { queuedTurn } from './turn-refusals.ts'

export function createQueuedPrompts({ tables, recorder, channel }: TurnSurroundings) {
  function tellQueueChanged(sessionId: string) {
    channel.publish(sessionId, [])
    channel.publishChange()
  }

  return {
    tellQueueChanged,

    /** @throws HttpProblem 404 `not_queued` */
    editQueued(sessionId: string, turnId: string, prompt: string): TurnView {
      queuedTurn(tables, sessionId, turnId)
      tables.turns.edit(turnId, prompt)
      tellQueueChanged(sessionId)
      return viewTurn(queuedTurn(tables, sessionId, turnId))
    },

    /** @throws HttpProblem 404 `not_queued` */
    removeQueued(sessionId: string, turnId: string, operator: string): void {
      const turn = queuedTurn(tables, sessionId, turnId)
      recorder.recordNow({
        sessionId,
        turnId: null,
        events: [{ kind: 'control', action: 'queued_prompt_removed', operator, prompt: turn.prompt }],
        also: () => void tables.turns.remove(turnId, new Date().toISOString()),
      })
    },
  }
}
