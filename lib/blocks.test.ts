import { describe, expect, test } from 'vitest'
import type { TextBlock, Turn } from './block-types.ts'
import {
  approval,
  at,
  call,
  output,
  passing,
  prompt,
  record,
  result,
  text,
  tool,
  turnOf,
  viewOf,
} from './blocks-fixture.ts'
import type { BodyOf, EventBody, RecordedEvent } from './events.ts'

describe('createRecordView() cost', () => {
  test('puts a cost that is told behind the result into its turn, and into the sum', () => {
    const cost: EventBody = {
      kind: 'control',
      action: 'cost',
      operator: 'console',
      of_turn: 'one',
      usd: 0.25,
    }
    const view = viewOf(record(prompt, { ...(result('success') as BodyOf<'result'>), total_cost_usd: null }))
    view.apply({ ...cost, seq: 3, at: at(3) })
    const { items, facts } = view.snapshot()
    expect(items).toMatchObject([{ result: { cost_usd: 0.25 } }])
    expect(facts.cost_usd).toBe(0.25)
  })
})

describe('createRecordView() text', () => {
  test.each(['m', ''])('gathers fragments of %j and replaces them by the full text', (message_id) => {
    const view = viewOf(record(prompt))
    view.apply(passing({ kind: 'text', message_id, text: 'Hel', partial: true }))
    view.apply(passing({ kind: 'text', message_id, text: 'lo', partial: true }))
    const writing = (view.snapshot().items[0] as Turn).blocks[0] as TextBlock
    expect(writing).toMatchObject({ text: 'Hello', partial: true })
    expect(view.snapshot().facts.action).toBe('Writing')
    view.apply({ ...text('m', 'Hello.'), seq: 2, at: at(1), turn_id: 'one' })
    expect((view.snapshot().items[0] as Turn).blocks).toMatchObject([
      { text: 'Hello.', partial: false, key: writing.key },
    ])
  })

  test('keeps several content blocks of one message apart, in order', () => {
    const view = viewOf(record(prompt))
    view.apply(passing({ kind: 'text', message_id: 'm', text: 'hm', partial: true, thinking: true }))
    view.apply(passing({ kind: 'text', message_id: 'm', text: 'So', partial: true }))
    view.apply({ ...text('m', 'hmm', true), seq: 2, at: at(1), turn_id: 'one' })
    view.apply({ ...text('m', 'So.'), seq: 3, at: at(2), turn_id: 'one' })
    view.apply(passing({ kind: 'text', message_id: 'm', text: 'Next', partial: true }))
    expect((view.snapshot().items[0] as Turn).blocks).toMatchObject([
      { text: 'hmm', thinking: true, partial: false },
      { text: 'So.', partial: false },
      { text: 'Next', partial: true },
    ])
  })

  test('keeps fragments of the next block when the record lags behind the wire', () => {
    const view = viewOf(record(prompt))
    view.apply(passing({ kind: 'text', message_id: 'm', text: 'One.Tw', partial: true }))
    view.apply({ ...text('m', 'One.'), seq: 2, at: at(1), turn_id: 'one' })
    expect((view.snapshot().items[0] as Turn).blocks).toMatchObject([
      { text: 'One.' },
      { text: 'Tw', partial: true },
    ])
  })

  test('marks what the record never got when the turn ends', () => {
    const view = viewOf(record(prompt))
    view.apply(passing({ kind: 'text', message_id: 'm', text: 'I was abo', partial: true }))
    view.apply({ ...result('interrupted'), seq: 2, at: at(1), turn_id: 'one' })
    expect((view.snapshot().items[0] as Turn).blocks).toMatchObject([{ unfinished: true, partial: false }])
  })

  test('shows a gap where fragments may have passed unseen', () => {
    const view = viewOf(record(prompt))
    view.apply(passing({ kind: 'text', message_id: 'm', text: 'One', partial: true }))
    view.apply({ kind: 'caught-up', seq: 1 })
    view.apply(passing({ kind: 'text', message_id: 'm', text: 'four', partial: true }))
    expect((view.snapshot().items[0] as Turn).blocks).toMatchObject([{ text: 'One … four' }])
  })
})

describe('createRecordView() tools', () => {
  test('follows a call through gate, progress and output', () => {
    const view = viewOf(record(prompt, call('t', 'uptime'), approval('t', 'pending')))
    const now = () => tool((view.snapshot().items[0] as Turn).blocks[0])
    expect(now().state).toBe('waiting')
    expect(view.snapshot().facts.pending).toMatchObject([{ id: 'a-t', tool_use_id: 't' }])
    view.apply({ ...approval('t', 'allowed', 'jo'), seq: 4, at: at(4), turn_id: 'one' })
    expect(now()).toMatchObject({ state: 'running', since: at(4), approval: { operator: 'jo' } })
    view.apply(passing({ kind: 'tool', tool_use_id: 't', phase: 'progress', data: 'a\nb\n' }))
    expect(now()).toMatchObject({ tail: 'a\nb\n', tail_lines: 2 })
    view.apply(passing({ kind: 'tool', tool_use_id: 't', phase: 'progress', data: 'b\nc\nd', tail: true }))
    expect(now()).toMatchObject({ tail: 'b\nc\nd', tail_lines: 2 })
    view.apply({ ...output('t', 'done'), seq: 5, at: at(5), turn_id: 'one' })
    expect(now()).toMatchObject({ state: 'succeeded', output: 'done', tail: '', seqs: [2, 3, 4, 5] })
  })

  test.each([
    ['Exit code 7\nrefused', 'failed', 7],
    ['Exit code 143\nCommand timed out after 2m', 'timeout', 143],
    ['Exit code 137', 'killed', 137],
    ['No such file', 'failed', null],
  ] as const)('reads the failure %j as %s', (written, state, exit) => {
    const turn = turnOf(record(prompt, call('t', 'x'), output('t', written, true)))
    expect(tool(turn.blocks[0])).toMatchObject({ state, exit_code: exit })
  })

  test('calls a refused call denied and a stopped one interrupted', () => {
    expect(
      tool(
        turnOf(record(prompt, call('t', 'x'), approval('t', 'denied', 'jo'), output('t', 'No', true)))
          .blocks[0],
      ).state,
    ).toBe('denied')
    const stop: EventBody = { kind: 'control', action: 'stop_requested', operator: 'ana' }
    expect(
      tool(turnOf(record(prompt, call('t', 'x'), stop, output('t', '[Request interrupted]', true))).blocks[0])
        .state,
    ).toBe('interrupted')
  })

  test('tells who stopped a call, whether that comes before its output or after', () => {
    const words = output('t', "The user doesn't want to proceed with this tool use.", true)
    const asked: EventBody = { kind: 'control', action: 'stop_requested', operator: 'ana' }
    const done: EventBody = { kind: 'control', action: 'stopped', operator: 'ana', reason: 'Too long' }
    const before = turnOf(record(prompt, call('t', 'x'), asked, words))
    expect(tool(before.blocks[0])).toMatchObject({
      state: 'interrupted',
      stopped: { operator: 'ana', after_ms: 1000, reason: null },
    })
    const after = turnOf(record(prompt, call('t', 'x'), words, done))
    expect(tool(after.blocks[0])).toMatchObject({
      state: 'interrupted',
      stopped: { operator: 'ana', after_ms: 2000, reason: 'Too long' },
    })
    const own = turnOf(record(prompt, call('t', 'x'), asked, output('t', 'Exit code 1', true)))
    expect(tool(own.blocks[0]).stopped).toBeNull()
  })

  test.each([
    ['interrupted', 'interrupted'],
    ['incomplete', 'killed'],
    ['timeout', 'timeout'],
  ] as const)('closes a call that is open when the turn ends as %s: %s', (outcome, state) => {
    const turn = turnOf(record(prompt, call('t', 'x'), result(outcome)))
    expect(tool(turn.blocks[0]).state).toBe(state)
    expect(turn.state).toBe('ended')
  })

  test('nests a subagent under the call that started it', () => {
    const turn = turnOf(
      record(prompt, call('p', 'agent'), call('c', 'ls', 'p'), {
        ...text('m', 'Looked'),
        parent_tool_use_id: 'p',
      } as EventBody),
    )
    expect(turn.blocks).toHaveLength(1)
    expect(tool(turn.blocks[0]).children.map((child) => child.type)).toEqual(['tool', 'text'])
  })

  test('tells of an approval what its events say one after another', () => {
    const asked: BodyOf<'approval'> = {
      ...approval('t', 'pending'),
      reason: 'What was there is gone',
      ...({ verdict: 'ask_two', axis: 'irreversible', rule: 'deletes', needed: 2 } as const),
    }
    const votes = ['ana', 'jo'].map((operator) => ({ operator, decision: 'allow' as const, at: at(9) }))
    const voted = { ...asked, votes: votes.slice(0, 1) }
    const said = { ...approval('t', 'allowed', 'jo'), reason: 'Both of us looked', votes }
    const now = (...events: EventBody[]) => turnOf(record(prompt, call('t', 'x'), ...events)).blocks[0]
    expect(now(asked, voted)).toMatchObject({
      changes: true,
      approval: { operator: null, reason: null, why: 'What was there is gone', votes: [{ operator: 'ana' }] },
    })
    expect(now(asked, voted, said)).toMatchObject({
      approval: {
        operator: 'jo',
        reason: 'Both of us looked',
        why: 'What was there is gone',
        rule: 'deletes',
        votes,
      },
    })
    const granted = { ...approval('u', 'allowed', 'jo'), grant: 'a-t' }
    expect(turnOf(record(prompt, call('t', 'x'), said, call('u', 'x'), granted)).blocks[1]).toMatchObject({
      approval: { granted_by: 'jo' },
    })
  })

  test('shows an approval whose call is not known, and an output without its call', () => {
    const turn = turnOf(record(prompt, approval('t', 'pending'), output('u', 'x')))
    expect(turn.blocks.map((block) => block.type)).toEqual(['approval', 'tool'])
    expect(turnOf(record(prompt, approval('t', 'pending'), call('t', 'x'))).blocks).toMatchObject([
      { type: 'tool', state: 'waiting', seqs: [2, 3] },
    ])
  })
})

describe('createRecordView() turns and facts', () => {
  test('says who stopped a turn and what survived', () => {
    const turn = turnOf(
      record(
        prompt,
        { kind: 'control', action: 'stop_requested', operator: 'ana' },
        {
          kind: 'control',
          action: 'stopped',
          operator: 'console',
          survivors: [{ pid: 7, command: 'sleep 9' }, 'junk', { pid: 'x' }],
        },
        result('interrupted'),
      ),
    )
    expect(turn.stopped).toMatchObject({ operator: 'ana', survivors: [{ pid: 7, command: 'sleep 9' }] })
  })

  test('adds up cost and tokens, and leaves an unknown cost unknown', () => {
    const facts = viewOf(record(prompt, result('success'))).snapshot().facts
    expect(facts).toMatchObject({
      cost_usd: 0.19,
      tokens: 15,
      running: null,
      last_outcome: 'success',
      turns: 1,
    })
    expect(viewOf(record(prompt)).snapshot().facts).toMatchObject({
      cost_usd: null,
      running: { turn_id: 'one' },
    })
  })

  test('draws events of an unknown kind as JSON', () => {
    const strange = { kind: 'hologram', seq: 1, at: at(1), x: { y: 1 } } as unknown as RecordedEvent
    expect(viewOf([strange]).snapshot().items[0]).toMatchObject({ type: 'raw', label: 'Event “hologram”' })
  })

  test('ends a turn that could not start', () => {
    const turn = turnOf(
      record(prompt, { kind: 'error', error: 'No CLI', code: 'claude_missing', fatal: true }),
    )
    expect(turn).toMatchObject({ state: 'ended', result: null, blocks: [{ type: 'error', fatal: true }] })
  })
})

describe('createRecordView() sharing', () => {
  test('keeps every block that has not changed', () => {
    const view = viewOf(record(prompt, call('t', 'x'), output('t', 'y'), call('u', 'z')))
    const before = view.snapshot()
    expect(view.snapshot()).toBe(before)
    view.apply({ ...output('u', 'w'), seq: 5, at: at(5), turn_id: 'one' })
    const after = view.snapshot()
    expect(after).not.toBe(before)
    expect((after.items[0] as Turn).blocks[0]).toBe((before.items[0] as Turn).blocks[0])
    expect((after.items[0] as Turn).blocks[1]).not.toBe((before.items[0] as Turn).blocks[1])
  })

  test('ignores what it knows already', () => {
    const events = record(prompt, text('m', 'x'))
    const view = viewOf(events)
    const before = view.snapshot()
    expect(events.map((event) => view.apply(event))).toEqual([false, false])
    expect(view.snapshot()).toBe(before)
  })
})

describe('createRecordView() on another provider', () => {
  const offered: EventBody = {
    ...{ kind: 'control', action: 'provider_offered', operator: 'console', reason: 'one does not answer' },
    ...{ of_turn: 'one', from: 'one', to: 'two' },
  }
  const offerAfter = (...bodies: (EventBody & { turn_id?: string })[]) =>
    viewOf(record(prompt, offered, ...bodies)).snapshot().facts.offer

  test('keeps an offer until somebody goes on, or the turn succeeds after all', () => {
    const offer = { turn_id: 'one', from: 'one', to: 'two', reason: 'one does not answer' }
    expect(offerAfter()).toEqual(offer)
    expect(offerAfter(text('m', 'API Error'), result('error'))).toEqual(offer)
    expect(offerAfter(result('success'))).toBeNull()
    expect(offerAfter({ ...prompt, turn_id: 'two' })).toBeNull()
    expect(offerAfter({ kind: 'control', action: 'provider_changed', operator: 'ana' })).toBeNull()
  })

  test('counts messages that nobody knows', () => {
    expect(
      viewOf(record(prompt, { kind: 'raw', line: '{}' }, { kind: 'raw', line: 'x' })).snapshot().facts.raws,
    ).toBe(2)
  })
})
