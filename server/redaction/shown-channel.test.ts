import { describe, expect, it } from 'vitest'
import type { StreamEvent } from '../../lib/events.ts'
import { createChannel, createViewerChannel } from '../channel.ts'
import { createRedaction } from './redact.ts'
import { publishToBoth } from './shown-channel.ts'

const SESSION = '00000000-0000-4000-8000-000000000001'
const TOKEN = `ghp_${'A1b2C3d4E5'.repeat(3)}`
const MASK = /‹masked: github token #[0-9a-f]{4}›/
const at = '2026-11-20T12:00:00.000Z'

function start() {
  const raw = createChannel()
  const shown = createViewerChannel()
  const channel = publishToBoth(raw, shown, createRedaction([]))
  const given: StreamEvent[] = []
  const seen: StreamEvent[] = []
  raw.subscribe(SESSION, (events) => given.push(...events))
  shown.subscribe(SESSION, (events) => seen.push(...events))
  return {
    channel,
    shown,
    given,
    seen,
    publish: (...events: StreamEvent[]) => channel.publish(SESSION, events),
  }
}

const written = (text: string): StreamEvent => ({ kind: 'text', text, message_id: 'm', partial: true, at })
const progress = (data: string, tail = false): StreamEvent => ({
  ...{ kind: 'tool', tool_use_id: 't', phase: 'progress', data, at },
  ...(tail ? { tail } : {}),
})

describe('publishToBoth', () => {
  it('masks a recorded event for those who look, counts, and leaves the console’s own raw', () => {
    const { publish, given, seen } = start()
    publish({ kind: 'prompt', operator: 'ana', text: `${TOKEN} and ${TOKEN}`, seq: 1, at })
    expect(JSON.stringify(given)).toContain(TOKEN)
    expect(JSON.stringify(seen)).not.toContain(TOKEN)
    expect(seen).toMatchObject([{ kind: 'prompt', text: expect.stringMatching(MASK), masked: 2, seq: 1 }])
  })

  it('tells those who look that lists have changed', () => {
    const { channel, shown } = start()
    let told = 0
    shown.subscribeChanges(() => told++)
    channel.publishChange()
    expect(told).toBe(1)
  })

  it('masks a token that comes in pieces, in text and in what a command writes', () => {
    const { publish, seen, shown } = start()
    for (const piece of ['The token ', 'is ghp', '_A1b2C3', TOKEN.slice(10), '.', ' It works'])
      publish(written(piece))
    const text = seen.map((event) => (event.kind === 'text' ? event.text : '')).join('')
    expect(text).toMatch(/^The token is ‹masked: github token #[0-9a-f]{4}›\. It work$/)
    for (const piece of ['a\nTOK', `EN=${TOKEN.slice(0, 9)}`, `${TOKEN.slice(9)}\n`]) publish(progress(piece))
    const tails = JSON.stringify(shown.tails(SESSION))
    expect(tails).not.toContain(TOKEN.slice(9))
    expect(tails).toMatch(/a\\nTOKEN=‹masked/)
    publish(progress(`again ${TOKEN} `, true))
    expect(seen.at(-1)).toMatchObject({ tail: true, data: expect.stringMatching(/^again ‹masked.*› $/) })
  })

  it('tells what it held before the whole text, and drops what the whole does not end with', () => {
    const { publish, seen } = start()
    const texts = () => seen.splice(0).map((event) => (event.kind === 'text' ? event.text : ''))
    for (const piece of ['Half a', ' word']) publish(written(piece))
    publish({ kind: 'text', text: 'Half a word', message_id: 'm', seq: 1, at })
    expect(texts()).toEqual(['Half a', ' word', 'Half a word'])
    publish(written('It works'))
    publish({ kind: 'text', text: 'It works', message_id: 'm', seq: 2, at })
    expect(seen.map(({ seq }) => seq)).toEqual([undefined, undefined, 2])
    expect(texts()).toEqual(['It work', 's', 'It works'])
    publish(written(`Look: ${TOKEN.slice(0, 9)}`))
    publish({ kind: 'text', text: `Look: ${TOKEN}`, message_id: 'm', seq: 3, at })
    publish(written('Next one '))
    expect(texts()).toEqual(['Look: ', expect.stringMatching(MASK), 'Next one '])
  })
})
