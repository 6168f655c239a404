// One event as it is shown: masked, with the number of masked places.
import type { RecordedEvent } from '../../lib/events.ts'
import type { Redaction } from './redact.ts'

export function showEvent(event: RecordedEvent, redaction: Redaction): RecordedEvent {
  const { value, count } = redaction.value(event)
  return count === 0 ? event : { ...value, masked: count }
}
