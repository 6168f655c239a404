import { expect, test } from 'vitest'
import type { StreamEvent } from './events.ts'
import { createLiveTails, LIVE_TAIL_CHARACTERS, LIVE_TAILS_MAX } from './live-tails.ts'

const AT = '2026-11-20T12:00:00.000Z'
const progress = (tool_use_id: string, data: string, tail?: true): StreamEvent => ({
  ...{ kind: 'tool', tool_use_id, phase: 'progress', data, at: AT, turn_id: 't' },
  ...(tail && { tail }),
})

function listAfter(...events: StreamEvent[]) {
  const tails = createLiveTails()
  for (const event of events) tails.take(event)
  return tails.list()
}

test('list() gives what each running command has written so far', () => {
  expect(listAfter(progress('a', 'one\n'), progress('b', 'x'), progress('a', 'two\n'))).toEqual([
    progress('a', 'one\ntwo\n', true),
    progress('b', 'x', true),
  ])
})

test('list() forgets a command when its output or the end of the turn comes', () => {
  const output: StreamEvent = {
    kind: 'tool',
    tool_use_id: 'a',
    phase: 'output',
    output: 'one',
    seq: 3,
    at: AT,
  }
  const end: StreamEvent = { kind: 'error', error: 'gone', code: 'gone', fatal: true, seq: 4, at: AT }
  expect(listAfter(progress('a', 'one'), progress('b', 'x'), output)).toMatchObject([{ tool_use_id: 'b' }])
  expect(listAfter(progress('a', 'one'), progress('b', 'x'), end)).toEqual([])
})

test('take() begins anew when an event says that it holds everything so far', () => {
  expect(listAfter(progress('a', 'one'), progress('a', 'anew', true), progress('a', '!'))).toEqual([
    progress('a', 'anew!', true),
  ])
})

test('take() keeps the end of much output, cut between characters', () => {
  const [event] = listAfter(progress('a', '😀'.repeat(LIVE_TAIL_CHARACTERS)), progress('a', '!'))
  const data = event?.kind === 'tool' ? (event.data ?? '') : ''
  expect(data).toHaveLength(LIVE_TAIL_CHARACTERS - 1)
  expect(Buffer.from(data).toString()).toBe(data)
  expect(data.endsWith('😀!')).toBe(true)
})

test('take() drops the command that began first when there are too many', () => {
  const many = Array.from({ length: LIVE_TAILS_MAX + 1 }, (_, index) => progress(`c${index}`, 'x'))
  expect(listAfter(...many).map((event) => event.kind === 'tool' && event.tool_use_id)).toEqual(
    many.slice(1).map((event) => event.kind === 'tool' && event.tool_use_id),
  )
})
