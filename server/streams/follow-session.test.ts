import { expect, it } from 'vitest'
import type { RecordedEvent, StreamEvent } from '../../lib/events.ts'
import { createViewerChannel } from '../channel.ts'
import { followSession } from './follow-session.ts'
import { createStreams, SUBSCRIBER_QUEUE_BYTES } from './sse.ts'

const AT = '2026-11-20T12:00:00.000Z'
const event = (seq: number): RecordedEvent => ({
  kind: 'note',
  operator: 'ana',
  text: `note ${seq}`,
  seq,
  at: AT,
})
const passing: StreamEvent = { kind: 'text', text: 'par', message_id: 'm', partial: true, at: AT }

function follow(after: number, room: { frames: number } = { frames: Number.POSITIVE_INFINITY }) {
  const record: RecordedEvent[] = Array.from({ length: 250 }, (_, index) => event(index + 1))
  const channel = createViewerChannel()
  const emitted: StreamEvent[] = []
  const reads = { count: 0 }
  const source = followSession({
    ...{ sessionId: 's', after, channel },
    eventsAfter: (_, seq, limit) => {
      reads.count += 1
      return record.filter((each) => each.seq > seq).slice(0, limit)
    },
    headOf: () => record.length,
    hasRoom: () => room.frames > 0,
    emit(each) {
      room.frames -= 1
      emitted.push(each)
    },
  })
  const publish = (...events: StreamEvent[]) => {
    for (const each of events) if (each.seq !== undefined && each.kind !== 'caught-up') record.push(each)
    channel.publish('s', events)
  }
  return { source, emitted, publish, room, reads }
}

const seqs = (events: readonly StreamEvent[]) =>
  events.map((each) => (each.kind === 'caught-up' ? 'caught up' : each.seq))

it('followSession() replays from the position, says where it caught up, then goes on live', () => {
  const { source, emitted, publish } = follow(248)
  source.pump()
  publish(event(251), passing)
  publish(event(252))
  expect(seqs(emitted)).toEqual([249, 250, 'caught up', 251, undefined, 252])
})

it('followSession() gives who comes late what a running command has written so far', () => {
  const { source, emitted, publish } = follow(250)
  const progress = (data: string): StreamEvent => ({
    ...{ kind: 'tool', tool_use_id: 'c', phase: 'progress', data, at: AT },
  })
  publish(progress('one\n'))
  publish(progress('two\n'))
  source.pump()
  publish(progress('three\n'))
  expect(emitted).toEqual([
    { kind: 'caught-up', seq: 250 },
    { ...progress('one\ntwo\n'), tail: true },
    progress('three\n'),
  ])
})

it('followSession() goes on at the end of the record when the position lies beyond it', () => {
  const { source, emitted, publish } = follow(9_000)
  source.pump()
  publish(event(251))
  expect(seqs(emitted)).toEqual(['caught up', 251])
})

it('followSession() shows nothing twice when something is published while it replays', () => {
  const { source, emitted, publish } = follow(0)
  publish(event(251))
  source.pump()
  publish(event(251))
  expect(seqs(emitted)).toEqual([...Array.from({ length: 251 }, (_, index) => index + 1), 'caught up'])
})

it('followSession() reads each page once however little its reader takes, and misses nothing meanwhile', () => {
  const { source, emitted, publish, room, reads } = follow(0, { frames: 0 })
  for (let taken = 0; taken < 251; taken++) {
    room.frames = 1
    source.pump()
    if (taken === 240) publish(event(251))
  }
  room.frames = 2
  source.pump()
  expect(seqs(emitted)).toEqual([...Array.from({ length: 251 }, (_, index) => index + 1), 'caught up'])
  expect(reads.count).toBeLessThan(6)
})

it('followSession() goes back to the record when there is no room, and loses partial text only', () => {
  const { source, emitted, publish, room } = follow(250, { frames: 2 })
  source.pump()
  publish(event(251))
  publish(event(252), passing, event(253))
  expect(seqs(emitted)).toEqual(['caught up', 251])
  room.frames = 2
  source.pump()
  room.frames = 10
  source.pump()
  publish(event(254))
  expect(seqs(emitted)).toEqual(['caught up', 251, 252, 253, 'caught up', 254])
})

it('followSession() hears nothing more when it is closed', () => {
  const { source, emitted, publish } = follow(250)
  source.pump()
  source.close()
  publish(event(251))
  expect(seqs(emitted)).toEqual(['caught up'])
})

it('respond() writes frames without an event line, and ends with the client', async () => {
  const streams = createStreams()
  const abort = new AbortController()
  let closed = 0
  const response = streams.respond(abort.signal, (sink) => {
    sink.send('{"a":1}', 7)
    sink.send('{"b":2}')
    return { pump() {}, close: () => void closed++ }
  })
  expect(response.headers.get('content-type')).toContain('text/event-stream')
  expect(streams.count()).toBe(1)
  abort.abort()
  expect(await response.text()).toBe(': open\n\nid: 7\ndata: {"a":1}\n\ndata: {"b":2}\n\n')
  expect({ closed, open: streams.count() }).toEqual({ closed: 1, open: 0 })
})

it('respond() has no room when a reader is behind by more than its queue, and pumps when there is room again', async () => {
  const streams = createStreams()
  let pumped = 0
  let hasRoom = () => true
  const response = streams.respond(new AbortController().signal, (sink) => {
    hasRoom = sink.hasRoom
    sink.send('x'.repeat(SUBSCRIBER_QUEUE_BYTES))
    return { pump: () => void pumped++, close() {} }
  })
  expect(hasRoom()).toBe(false)
  const before = pumped
  const reader = response.body?.getReader()
  await reader?.read()
  await reader?.read()
  await expect.poll(() => pumped).toBeGreaterThan(before)
  expect(hasRoom()).toBe(true)
  streams.closeAll()
  expect(hasRoom()).toBe(false)
})

it('respond() writes a comment now and then', async () => {
  const streams = createStreams(20)
  const response = streams.respond(new AbortController().signal, () => ({ pump() {}, close() {} }))
  const reader = response.body?.getReader()
  let text = ''
  while (text.split(': alive\n\n').length < 6) text += new TextDecoder().decode((await reader?.read())?.value)
  expect(text).toMatch(/^: open\n\n(: alive\n\n)+$/)
  expect(streams.count()).toBe(1)
  streams.closeAll()
})
