// Prompts that wait behind a running turn: changed and taken out before they are sent.
import type { SessionTotals } from '../db/sessions.ts'
import type { TurnView } from '../lib/api.ts'
import type { TurnSurroundings } from './run-turn.ts'
import { isOver, viewTurn } from './session-view.ts'
import { queuedTurn } from './turn-refusals.ts'

export function createQueuedPrompts({ tables, recorder, channel }: TurnSurroundings) {
  function tellQueueChanged(sessionId: string) {
    channel.publish(sessionId, [])
    channel.publishChange()
  }

  return {
    tellQueueChanged,

    /** Queued prompts were written in the hope that the turn before them succeeds; an operator decides otherwise. */
    async tellHeld({ id: sessionId, queued, ...session }: SessionTotals): Promise<void> {
      // That the time box holds them has been told.
      if (isOver(session)) return
      const reason = `${queued} queued ${queued === 1 ? 'prompt waits' : 'prompts wait'}, since the turn before did not succeed`
      const events = [{ kind: 'control' as const, action: 'queue_held', operator: 'console', reason }]
      await recorder.record({ sessionId, turnId: null, events })
    },

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
