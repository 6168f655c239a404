import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { eventBodySchema } from '../../lib/events.ts'
import { createTranslator, type Translation } from './translate.ts'

const init = { type: 'system', subtype: 'init', session_id: 's', model: 'm', cwd: '/w', tools: ['Bash'] }

/** Translates messages, or lines, in a turn that a prompt began. */
function translateAll(messages: unknown[]): Translation[] {
  const translator = createTranslator({ resumed: false })
  translator.beginTurn()
  return messages.map((message, index) => {
    const text = typeof message === 'string' ? message : JSON.stringify(message)
    return translator.translate({ text, truncated: false, bytes: Buffer.byteLength(text) }, index)
  })
}

const word = fc.constantFrom(
  't1',
  't2',
  'Bash',
  '',
  '__proto__',
  'constructor',
  'text',
  '[Request interrupted by user]',
)
const anyValue = fc.oneof(fc.jsonValue({ maxDepth: 2 }), word)
const someBlock = fc.record(
  {
    type: fc.constantFrom(
      'text',
      'thinking',
      'redacted_thinking',
      'tool_use',
      'server_tool_use',
      'tool_result',
      'image',
      7,
    ),
    text: anyValue,
    thinking: anyValue,
    id: anyValue,
    name: anyValue,
    input: anyValue,
    tool_use_id: anyValue,
    content: anyValue,
    is_error: anyValue,
  },
  { requiredKeys: ['type'] },
)
const someFields = fc.record(
  {
    subtype: fc.constantFrom(
      'init',
      'can_use_tool',
      'success',
      'api_retry',
      'compact_boundary',
      'hook_response',
      'status',
      'x',
    ),
    type: fc.constantFrom('message_start', 'content_block_delta'),
    id: anyValue,
    content: fc.oneof(fc.array(someBlock, { maxLength: 3 }), anyValue),
    delta: fc.oneof(someBlock, anyValue),
    message: anyValue,
    tool_name: anyValue,
    tool_use_id: anyValue,
    input: anyValue,
    request_id: anyValue,
  },
  { requiredKeys: [] },
)
/** The keys of real messages with values that may be anything. */
const somethingLikeAMessage = fc.record(
  {
    type: fc.constantFrom(
      ...['system', 'assistant', 'user', 'stream_event', 'result', 'rate_limit_event', 'control_request'],
      ...['control_response', 'control_cancel_request', 'keep_alive', '__proto__'],
    ),
    subtype: fc.constantFrom(
      ...['init', 'status', 'api_retry', 'compact_boundary', 'hook_response', 'notification', 'task_started'],
      ...[
        'task_notification',
        'permission_denied',
        'success',
        'error_max_turns',
        'error_during_execution',
        'x',
      ],
    ),
    message: fc.oneof(someFields, anyValue),
    event: fc.oneof(someFields, anyValue),
    request: fc.oneof(someFields, anyValue),
    response: fc.oneof(someFields, anyValue),
    parent_tool_use_id: anyValue,
    tool_use_result: fc.oneof(
      fc.record({ stdout: anyValue, persistedOutputPath: anyValue, persistedOutputSize: anyValue }),
      anyValue,
    ),
    request_id: anyValue,
    session_id: anyValue,
    is_error: anyValue,
    result: anyValue,
    errors: anyValue,
    usage: anyValue,
    total_cost_usd: anyValue,
    task_id: anyValue,
    tool_use_id: anyValue,
    attempt: anyValue,
  },
  { requiredKeys: ['type'] },
)

describe('createTranslator()', () => {
  test('translate() gives events of the vocabulary that can be stored, whatever the JSON', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(somethingLikeAMessage, fc.json(), fc.string()), { maxLength: 12 }),
        (messages) => {
          for (const { events } of translateAll([init, ...messages])) {
            for (const event of events) {
              expect(eventBodySchema.safeParse(event).error).toBeUndefined()
              expect(() => JSON.stringify(event)).not.toThrow()
            }
          }
        },
      ),
    )
  })

  test('translate() does not throw when the nesting is deeper than the stack', () => {
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`
    const input = `{"type":"assistant","message":{"id":"m","content":[{"type":"tool_use","id":"t","name":"n","input":{"a":${deep}}}]}}`
    const request = `{"type":"control_request","request_id":"r","request":{"subtype":"can_use_tool","tool_name":"n","tool_use_id":"t","input":{"a":${deep}}}}`
    const translations = translateAll([init, deep, input, request])
    expect(translations.slice(1).map(({ events }) => events[0]?.kind)).toEqual(['raw', 'raw', 'raw'])
    expect(translations[3]?.question).toEqual({ subtype: 'other', request_id: 'r', name: 'can_use_tool' })
    expect(() => JSON.stringify(translations)).not.toThrow()
  })
})
