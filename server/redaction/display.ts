// The parts of the console that people look through, with what they answer masked; and the raw look past that.
import type { OperatorView } from '../../lib/api.ts'
import type { Budgets } from '../budgets.ts'
import type { ViewerChannel } from '../channel.ts'
import type { Choices } from '../choices.ts'
import type { Gate } from '../gate/gate.ts'
import { HttpProblem, invalidField } from '../http/problem.ts'
import type { Recorder } from '../recorder.ts'
import type { Sessions } from '../sessions.ts'
import type { TimeBox } from '../time-box.ts'
import type { Turns } from '../turns.ts'
import { createHeldText } from './held-text.ts'
import { rawAnswers } from './raw-answers.ts'
import { isMasked, type Redaction } from './redact.ts'
import { showEvent } from './show-event.ts'

/** What the console is made of, raw. */
export type Parts = {
  sessions: Sessions
  turns: Turns
  gate: Gate
  choices: Choices
  timeBox: TimeBox
  budgets: Budgets
}

export type Display = Parts & {
  channel: ViewerChannel
  raw: {
    /**
     * Lets an admin look at what is recorded; the look is in the record before anything is shown.
     *
     * @param what is looked at
     * @throws HttpProblem 403 `raw_for_admins`; 404 `no_such_session`
     */
    look(sessionId: string, by: OperatorView, what: string): Pick<Sessions, 'eventsAfter'>
    /** A text file of any size, masked. */
    mask(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array>
  }
}

export function createDisplay(options: {
  parts: Parts
  /** What is published for those who look. */
  shown: ViewerChannel
  recorder: Recorder
  redaction: Redaction
}): Display {
  const { shown, recorder, redaction } = options
  const { sessions, turns, gate, choices, timeBox, budgets } = options.parts
  const masked = <T>(value: T): T => redaction.value(value).value
  const mask =
    <A extends unknown[], R>(answer: (...given: A) => R) =>
    (...given: A): R =>
      masked(answer(...given))
  const maskLater =
    <A extends unknown[], R>(answer: (...given: A) => Promise<R>) =>
    async (...given: A): Promise<R> =>
      masked(await answer(...given))

  return {
    channel: shown,
    sessions: {
      ...sessions,
      get: mask(sessions.get),
      list: mask(sessions.list),
      open: maskLater(sessions.open),
      close: maskLater(sessions.close),
      eventsAfter: (id, seq, limit) =>
        sessions.eventsAfter(id, seq, limit).map((event) => showEvent(event, redaction)),
    },
    turns: {
      ...turns,
      editQueued(id, turnId, prompt) {
        if (isMasked(prompt)) {
          const detail =
            'A secret in this prompt is shown masked: write it anew where it stood, or remove the prompt'
          throw invalidField('prompt', detail)
        }
        return masked(turns.editQueued(id, turnId, prompt))
      },
    },
    gate: {
      ...gate,
      list: mask(gate.list),
      revoke: mask(gate.revoke),
      decide(id, answer, by) {
        const asked = answer.answers && gate.list('pending', null).find((each) => each.id === id)
        return masked(gate.decide(id, rawAnswers(answer, asked, masked), by))
      },
    },
    choices: { ...choices, change: mask(choices.change) },
    timeBox: { ...timeBox, extend: mask(timeBox.extend) },
    budgets: { ...budgets, change: mask(budgets.change) },
    raw: {
      look(sessionId, { name, role }, what) {
        if (role !== 'admin') {
          const detail = `What is masked is shown to admins only, and you are ${role === 'operator' ? 'an operator' : 'a viewer'}: ask an admin`
          throw new HttpProblem(403, 'raw_for_admins', detail, { needed: 'admin', role })
        }
        if (!sessions.get(sessionId)) {
          throw new HttpProblem(404, 'no_such_session', `There is no session ${sessionId}`)
        }
        const event = { kind: 'control' as const, action: 'raw_viewed', operator: name, what }
        recorder.recordNow({ sessionId, turnId: null, events: [event] })
        return { eventsAfter: sessions.eventsAfter }
      },
      mask(body) {
        const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
        const encoder = new TextEncoder()
        const held = createHeldText(redaction)
        return body.pipeThrough(
          new TransformStream<Uint8Array, Uint8Array>({
            transform(bytes, controller) {
              controller.enqueue(encoder.encode(held.push(decoder.decode(bytes, { stream: true }))))
            },
            flush(controller) {
              controller.enqueue(encoder.encode(held.push(decoder.decode()) + held.end()))
            },
          }),
        )
      },
    },
  }
}
