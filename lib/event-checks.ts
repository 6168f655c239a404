// What an event means for its turn and the record, asked without the schemas, which pages do without.
import type { BodyOf, CaughtUp, EventBody } from './events.ts'

/** Whether an event ends its turn: a result, or an error that kept the turn from starting. */
export function isTerminal(event: EventBody | CaughtUp): boolean {
  return event.kind === 'result' || (event.kind === 'error' && event.fatal)
}

/** Whether an event is shown as it passes and never recorded. */
export function isPassing(body: EventBody): body is BodyOf<'text'> | BodyOf<'tool'> | BodyOf<'verb'> {
  return (
    (body.kind === 'text' && body.partial === true) ||
    (body.kind === 'tool' && body.phase === 'progress') ||
    (body.kind === 'verb' && body.phase === 'output')
  )
}
