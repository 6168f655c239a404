import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { approval, at, call, output, prompt, result, text, viewOf } from './blocks-fixture.ts'
import type { EventBody, RecordedEvent, StreamEvent } from './events.ts'

const body: fc.Arbitrary<EventBody & { turn_id?: string }> = fc
  .tuple(
    fc.constantFrom('one', 'two', undefined),
    fc.oneof(
      fc.constant<EventBody>(prompt),
      fc
        .tuple(fc.constantFrom('m', 'n'), fc.constantFrom('a', 'b'), fc.boolean())
        .map(([m, t, thinking]) => text(m, t, thinking)),
      fc
        .tuple(fc.constantFrom('t', 'u', 'v'), fc.constantFrom(undefined, 't', 'u'))
        .map(([id, parent]) => call(id, 'ls', parent === id ? undefined : parent)),
      fc.tuple(fc.constantFrom('t', 'u', 'v'), fc.boolean()).map(([id, bad]) => output(id, 'x', bad)),
      fc
        .tuple(
          fc.constantFrom('t', 'u'),
          fc.constantFrom('pending' as const, 'allowed' as const, 'denied' as const),
        )
        .map(([id, state]) => approval(id, state)),
      fc
        .constantFrom('stop_requested', 'stopped', 'killed', 'held', 'closed')
        .map((action): EventBody => ({ kind: 'control', action, operator: 'ana' })),
      fc.constantFrom('success' as const, 'interrupted' as const).map(result),
      fc.constant<EventBody>({ kind: 'raw', line: '{"type":"new"}' }),
    ),
  )
  .map(([turn, event]) => (turn === undefined ? event : { ...event, turn_id: turn }))

const numbered = fc
  .array(body, { maxLength: 40 })
  .map((bodies): RecordedEvent[] =>
    bodies.map((event, index) => ({ ...event, seq: index + 1, at: at(index) })),
  )

describe('createRecordView() property', () => {
  const seen = (events: readonly StreamEvent[]) => {
    const { items, facts, head_seq } = viewOf(events).snapshot()
    return { items, facts, head_seq }
  }

  test('any split into replay and live, with fragments on the way and overlap, gives the same view', () => {
    fc.assert(
      fc.property(numbered, fc.nat(40), fc.nat(5), (events, split, overlap) => {
        const stream: StreamEvent[] = [...events.slice(0, split), { kind: 'caught-up', seq: split }]
        for (const event of events.slice(Math.max(0, split - overlap))) {
          if (event.kind === 'text' && event.seq > split) {
            const { seq: _seq, ...rest } = event
            stream.push({ ...rest, partial: true })
          }
          stream.push(event)
        }
        expect(seen(stream)).toEqual(seen(events))
      }),
    )
  })

  test('any order of arrival gives the same view', () => {
    fc.assert(
      fc.property(
        numbered.chain((events) =>
          fc.tuple(fc.constant(events), fc.shuffledSubarray(events, { minLength: events.length })),
        ),
        ([events, shuffled]) => {
          expect(seen(shuffled)).toEqual(seen(events))
        },
      ),
    )
  })
})
