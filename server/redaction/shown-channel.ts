// What is published, masked for those who look: each event once, however many look.
import { isTerminal } from '../../lib/event-checks.ts'
import type { PassingEvent, RecordedEvent, StreamEvent } from '../../lib/events.ts'
import type { Channel } from '../channel.ts'
import { createHeldText, type HeldText } from './held-text.ts'
import type { Redaction } from './redact.ts'
import { showEvent } from './show-event.ts'

/**
 * @param channel gets what is published as it is
 * @param shown gets it masked
 * @returns a channel that publishes to both
 */
export function publishToBoth(channel: Channel, shown: Channel, redaction: Redaction): Channel {
  /** Of each session: the texts that are being written, by the message or the command that writes them. */
  const sessions = new Map<string, Map<string, HeldText>>()

  function show(sessionId: string, event: StreamEvent): StreamEvent[] {
    if (event.kind === 'caught-up') return [event]
    if (event.seq === undefined) return showPiece(sessionId, event)
    const texts = sessions.get(sessionId)
    const whole = showEvent(event, redaction)
    // The whole has come, or nothing more will: what was held of it is in the record.
    const rest = lastPiece(whole, texts?.get(writerOf(event))?.end() ?? '')
    texts?.delete(writerOf(event))
    if (texts && isTerminal(event)) {
      for (const writer of texts.keys()) if (!writer.startsWith('verb')) texts.delete(writer)
    }
    if (texts?.size === 0) sessions.delete(sessionId)
    return [...rest, whole]
  }

  function showPiece(sessionId: string, event: PassingEvent): StreamEvent[] {
    const texts = sessions.get(sessionId) ?? new Map<string, HeldText>()
    sessions.set(sessionId, texts)
    const writer = writerOf(event)
    if ('tail' in event && event.tail) texts.delete(writer)
    const text = texts.get(writer) ?? createHeldText(redaction)
    texts.set(writer, text)
    const piece = event.kind === 'text' ? event.text : event.data
    if (!piece) return [event]
    const ready = text.push(piece)
    if (ready === '') return []
    return [event.kind === 'text' ? { ...event, text: ready } : { ...event, data: ready }]
  }

  return {
    ...channel,
    publish(sessionId, events) {
      channel.publish(sessionId, events)
      const masked = events.flatMap((event) => show(sessionId, event))
      if (masked.length > 0) shown.publish(sessionId, masked)
    },
    publishChange() {
      channel.publishChange()
      shown.publishChange()
    },
  }
}

/** So that the pieces of a text add up to it. One that was cut off may have held the beginning of what is masked in the whole. */
function lastPiece(whole: RecordedEvent, held: string): PassingEvent[] {
  if (whole.kind !== 'text' || held === '' || !whole.text.endsWith(held)) return []
  const { seq: _, masked: __, ...event } = whole
  return [{ ...event, text: held, partial: true }]
}

/** What writes the text of an event. */
function writerOf(event: StreamEvent): string {
  if (event.kind === 'text') return `text ${event.message_id} ${event.thinking === true}`
  if (event.kind === 'tool') return `tool ${event.tool_use_id}`
  return event.kind === 'verb' ? `verb ${event.run_id}` : ''
}
