import { describe, expect, test } from 'vitest'
import { createSseParser, FRAME_MAX_CHARACTERS } from './sse-parser.ts'

describe('createSseParser()', () => {
  test.each([1, 7, 65_536])('reads frames fed %d characters at a time', (size) => {
    const stream = ': hi\n\ndata: {"a":1}\n\nid: 4\ndata:b\r\ndata: c\r\n\r\nevent: x\n\ndata: cut'
    const got: string[] = []
    const parser = createSseParser({ onData: (data) => got.push(data) })
    for (let at = 0; at < stream.length; at += size) parser.feed(stream.slice(at, at + size))
    expect(got).toEqual(['{"a":1}', 'b\nc'])
  })

  test('refuses a frame that does not end', () => {
    const parser = createSseParser({ onData: () => {} })
    expect(() => parser.feed(`data: ${'x'.repeat(FRAME_MAX_CHARACTERS)}`)).toThrow('too long')
  })
})
