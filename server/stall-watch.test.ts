import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { BodyOf, EventBody } from '../lib/events.ts'
import { createStallWatch } from './stall-watch.ts'

const call = (id: string, name: string, input = {}): EventBody => ({
  ...{ kind: 'tool', phase: 'call', tool_use_id: id, name, input },
})
const output = (id: string): EventBody => ({ kind: 'tool', phase: 'output', tool_use_id: id, output: '' })
const word: EventBody = { kind: 'text', text: 'a', message_id: 'm', partial: true }

let close = () => {}
afterEach(() => close())

function watched(more: { openCalls?: { toolUseId: string; name: string }[]; waits?: () => boolean } = {}) {
  const told: BodyOf<'control'>[] = []
  const watch = createStallWatch({
    ...{ stallMs: 100, openCalls: more.openCalls ?? [], isWaiting: more.waits ?? (() => false) },
    tell: (event) => told.push(event),
  })
  close = watch.close
  return { watch, told }
}

describe('createStallWatch()', () => {
  it('createStallWatch() names the silent tool, once, and says when it moves', async () => {
    const { watch, told } = watched()
    watch.saw([call('a', 'Bash', { command: 'sleep 300' })])
    await vi.waitUntil(() => told.length > 0, 5_000)
    await sleep(1_500)
    expect(told).toMatchObject([{ action: 'stalled', what: 'tool', tool_use_id: 'a' }])
    expect(told[0]?.reason).toContain('sleep 300')
    expect(watch.saw([output('a')])).toMatchObject([{ action: 'moved' }])
    expect(watch.saw([word])).toEqual([])
    await vi.waitUntil(() => told.length > 1, 5_000)
    expect(told[1]).toMatchObject({ action: 'stalled', what: 'model' })
  })

  it('createStallWatch() takes a subagent for the model that it waits for', async () => {
    const { watch, told } = watched()
    watch.saw([call('a', 'Agent')])
    await vi.waitUntil(() => told.length > 0, 5_000)
    expect(told[0]).toMatchObject({ what: 'model' })
  })

  it('createStallWatch() knows the calls that an earlier console has left', async () => {
    const { told } = watched({ openCalls: [{ toolUseId: 'a', name: 'Bash' }] })
    await vi.waitUntil(() => told.length > 0, 5_000)
    expect(told[0]).toMatchObject({ what: 'tool', tool_use_id: 'a' })
  })

  it('createStallWatch() says nothing while a person is waited for', async () => {
    const { told } = watched({ waits: () => true })
    await sleep(2_500)
    expect(told).toEqual([])
  })
})
