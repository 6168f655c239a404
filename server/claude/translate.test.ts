import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { EventBody } from '../../lib/events.ts'
import type { SpoolLine } from './spool-lines.ts'
import { createSpoolLines } from './spool-lines.ts'
import { RAW_CHARACTERS } from './text-events.ts'
import { createTranslator, type Translation, type Translator } from './translate.ts'

const line = (message: unknown): SpoolLine => {
  const text = typeof message === 'string' ? message : JSON.stringify(message)
  return { text, truncated: false, bytes: Buffer.byteLength(text) }
}

const init = {
  type: 'system',
  subtype: 'init',
  session_id: 's',
  model: 'm',
  cwd: '/w',
  tools: ['Bash'],
  claude_code_version: '1.2.3',
}
const call = (id: string, name = 'Bash') => ({
  type: 'assistant',
  message: { id: 'msg', content: [{ type: 'tool_use', id, name, input: { command: 'ls' } }] },
})
const output = (id: string, content: unknown = 'out') => ({
  type: 'user',
  message: { content: [{ type: 'tool_result', tool_use_id: id, content, is_error: false }] },
})
const result = (more: object = {}) => ({
  type: 'result',
  subtype: 'success',
  is_error: false,
  result: 'done',
  ...more,
})
const aborted = { type: 'result', subtype: 'error_during_execution', is_error: true }

/** Translates messages 10 ms apart, in a turn that a prompt began. */
function translateAll(messages: unknown[], translator: Translator = begun()): Translation[] {
  return messages.map((message, index) => translator.translate(line(message), index * 10))
}

function begun(options: Parameters<typeof createTranslator>[0] = { resumed: false }): Translator {
  const translator = createTranslator(options)
  translator.beginTurn()
  return translator
}

const eventsOf = (translations: Translation[]): EventBody[] => translations.flatMap(({ events }) => events)

describe('createTranslator()', () => {
  test('translate() measures a call when its output comes', () => {
    expect(
      eventsOf(translateAll([init, call('t1'), call('t2'), output('t2'), output('t1')])).slice(3),
    ).toMatchObject([
      { tool_use_id: 't2', phase: 'output', duration_ms: 10 },
      { tool_use_id: 't1', phase: 'output', duration_ms: 30 },
    ])
  })

  test('translate() measures from the recorded call when the lines are translated again', () => {
    const translator = begun()
    translator.callStarted('t1', 1_000)
    const events = [init, call('t1'), output('t1')].flatMap(
      (message) => translator.translate(line(message), 61_000).events,
    )
    expect(events.at(-1)).toMatchObject({ duration_ms: 60_000 })
  })

  test('translate() leaves the duration out when the call was never seen', () => {
    expect(eventsOf(translateAll([init, output('t1')])).at(-1)).not.toHaveProperty('duration_ms')
  })

  test('translate() reports a call once when its question comes before it', () => {
    const started = {
      type: 'system',
      subtype: 'task_started',
      task_id: 'a1',
      tool_use_id: 't1',
      task_type: 'local_agent',
    }
    const request = {
      subtype: 'can_use_tool',
      tool_name: 'Bash',
      tool_use_id: 't2',
      input: { command: 'ls' },
      agent_id: 'a1',
    }
    const question = { type: 'control_request', request_id: 'r1', request }
    const late = { ...call('t2'), parent_tool_use_id: 't1' }
    const translations = translateAll([init, call('t1', 'Agent'), started, question, late])
    expect(translations[3]).toMatchObject({
      events: [
        {
          kind: 'tool',
          phase: 'call',
          tool_use_id: 't2',
          parent_tool_use_id: 't1',
          input: { command: 'ls' },
        },
      ],
      question: { subtype: 'can_use_tool', request_id: 'r1', tool_use_id: 't2', agent_id: 'a1' },
    })
    expect(translations[4]?.events).toEqual([])
  })

  test('translate() ends a turn as the driver meant it when an interrupt was sent', () => {
    const timeout = begun()
    timeout.expectInterrupt('timeout')
    expect(eventsOf(translateAll([init, aborted], timeout)).at(-1)).toMatchObject({ outcome: 'timeout' })
    const finished = begun()
    finished.expectInterrupt('interrupted')
    expect(eventsOf(translateAll([init, result()], finished)).at(-1)).toMatchObject({ outcome: 'success' })
  })

  test('translate() ends a turn as interrupted when only the CLI speaks of an interrupt', () => {
    const words = {
      type: 'user',
      message: { content: [{ type: 'text', text: '[Request interrupted by user]' }] },
    }
    expect(eventsOf(translateAll([init, words, aborted])).at(-1)).toMatchObject({
      outcome: 'interrupted',
      result: '',
    })
    expect(
      eventsOf(translateAll([init, { ...aborted, terminal_reason: 'aborted_tools' }])).at(-1),
    ).toMatchObject({
      outcome: 'interrupted',
    })
  })

  test('translate() ends a turn as an error when an earlier one was interrupted', () => {
    const translator = begun()
    translator.expectInterrupt('interrupted')
    translateAll([init, aborted], translator)
    translator.beginTurn()
    expect(
      eventsOf(translateAll([init, { ...aborted, errors: ['Broken', 7] }], translator)).at(-1),
    ).toMatchObject({
      outcome: 'error',
      result: 'Broken',
    })
  })

  test('translate() gives each turn its own cost when the process reports the sum', () => {
    const translator = begun({ resumed: false, costBaseUsd: 1 })
    const [first] = eventsOf(translateAll([result({ total_cost_usd: 1.3 })], translator))
    translator.beginTurn()
    const [, second] = eventsOf(translateAll([init, result({ total_cost_usd: 1.4 })], translator))
    translator.beginTurn()
    const [, third] = eventsOf(translateAll([init, result()], translator))
    expect([first, second, third]).toMatchObject([
      { total_cost_usd: 0.3 },
      { total_cost_usd: 0.1 },
      { total_cost_usd: null, usage: null },
    ])
  })

  test('translate() reports a turn as unsolicited when no prompt was sent for it', () => {
    const translations = translateAll([init, result(), init, result(), result()])
    expect(translations.map(({ unsolicited, ended }) => [unsolicited, ended])).toEqual([
      [undefined, undefined],
      [undefined, true],
      [true, undefined],
      [undefined, true],
      [undefined, undefined],
    ])
    expect(translations[4]).toMatchObject({ events: [{ kind: 'raw' }], inTurn: false })
  })

  test('translate() says that a session is resumed when it is, or when it is the second turn of a process', () => {
    expect(eventsOf(translateAll([init], begun({ resumed: true })))).toMatchObject([{ resumed: true }])
    expect(eventsOf(translateAll([init, result(), init]))).toMatchObject([
      { resumed: false },
      {},
      { resumed: true },
    ])
  })

  test('translate() says nothing when init is repeated within a turn', () => {
    expect(translateAll([init, init])[1]).toMatchObject({ events: [], inTurn: true })
  })

  test('translate() names the task when a command starts to write', () => {
    const started = {
      type: 'system',
      subtype: 'task_started',
      task_id: 'b1',
      tool_use_id: 't1',
      task_type: 'local_bash',
    }
    expect(translateAll([init, started])[1]).toMatchObject({
      taskStarted: { task_id: 'b1', tool_use_id: 't1' },
    })
  })

  test('translate() keeps the beginning, size and hash when a line is too long for the record', () => {
    const long = `${'x'.repeat(RAW_CHARACTERS - 1)}🟢${'y'.repeat(100)}`
    const lines: SpoolLine[] = []
    const splitter = createSpoolLines({ onLine: (each) => lines.push(each) })
    splitter.feed(Buffer.from(`${long}\n`))
    const [event] = lines.flatMap((each) => begun().translate(each, 0).events)
    expect(event).toEqual({
      kind: 'raw',
      line: 'x'.repeat(RAW_CHARACTERS - 1),
      truncated: true,
      bytes: Buffer.byteLength(long),
      sha256: createHash('sha256').update(long).digest('hex'),
    })
  })

  test('translate() keeps the beginning, size and hash when a message of 100 MB passes in pieces', () => {
    const piece = Buffer.alloc(1 << 20, 'z')
    const hash = createHash('sha256')
    const translations: Translation[] = []
    const translator = begun()
    let most = 0
    const lines = createSpoolLines({
      maxBytes: 1 << 22,
      onLine: (each) => translations.push(translator.translate(each, 0)),
    })
    const feed = (bytes: Buffer) => {
      lines.feed(bytes)
      hash.update(bytes)
      most = Math.max(most, lines.pendingBytes)
    }
    feed(Buffer.from('{"type":"assistant","message":{"id":"m","content":"'))
    for (let n = 0; n < 100; n++) feed(piece)
    feed(Buffer.from('"}}'))
    lines.feed(Buffer.from(`\n${JSON.stringify(result())}\n`))
    expect(most).toBe(1 << 22)
    expect(translations[0]?.events).toMatchObject([
      { kind: 'raw', truncated: true, bytes: 100 * (1 << 20) + 54, sha256: hash.digest('hex') },
    ])
    expect(translations[1]).toMatchObject({ ended: true })
  })
})
