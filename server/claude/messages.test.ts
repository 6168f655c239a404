import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseMessage } from './messages.ts'
import { createSpoolLines } from './spool-lines.ts'

describe('parseMessage()', () => {
  test('parseMessage() does not throw when the line is made of any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const lines = createSpoolLines({
          onLine: ({ text }) => expect(parseMessage(text)).toHaveProperty('type'),
        })
        lines.feed(bytes)
        lines.end()
      }),
    )
  })

  test('parseMessage() does not throw when any JSON follows any prefix', () => {
    fc.assert(
      fc.property(fc.json({ noUnicodeString: false }), fc.string({ maxLength: 3 }), (json, prefix) => {
        expect(parseMessage(prefix + json)).toHaveProperty('type')
      }),
    )
  })

  test('parseMessage() sees own properties only when a message brings a prototype', () => {
    expect(parseMessage('{"__proto__":{"type":"result","subtype":"success"}}')).toEqual({ type: 'unknown' })
    const result = parseMessage('{"type":"result","__proto__":{"subtype":"success"}}')
    expect(result).toMatchObject({ type: 'result', subtype: '' })
    expect({}).not.toHaveProperty('subtype')
  })

  test('parseMessage() reads past a byte order mark and a carriage return', () => {
    expect(parseMessage('\uFEFF{"type":"keep_alive"}\r')).toEqual({ type: 'noise' })
  })

  test('parseMessage() puts a placeholder where an output is no text', () => {
    const content = [
      { type: 'text', text: 'one' },
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
      { type: 'tool_reference', tool_name: 'x' },
    ]
    const message = { content: [{ type: 'tool_result', tool_use_id: 't', content }] }
    expect(parseMessage(JSON.stringify({ type: 'user', message }))).toMatchObject({
      blocks: [{ type: 'tool_result', content: 'one\n[image image/png]\n[tool_reference]', is_error: false }],
    })
  })

  test('parseMessage() takes the CLI for unknown when a message has no content that it can read', () => {
    expect(parseMessage('{"type":"assistant","message":{"content":7}}')).toEqual({ type: 'unknown' })
    expect(parseMessage('{"type":"user"}')).toEqual({ type: 'unknown' })
  })
})
