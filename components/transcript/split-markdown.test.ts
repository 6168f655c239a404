import { describe, expect, test } from 'vitest'
import { holdBack, splitMarkdown } from './split-markdown.ts'

describe('splitMarkdown()', () => {
  test('splits at blank lines and loses nothing but them', () => {
    expect(splitMarkdown('# A\n\nb\nc\n\n\nd')).toEqual(['# A\n', 'b\nc\n\n', 'd'])
  })

  test('keeps fences and lists whole', () => {
    const fence = '```sh\na\n\nb\n```'
    const list = '1. a\n\n   more\n\n2. b'
    expect(splitMarkdown(`${fence}\n\n${list}\n\nend`)).toEqual([`${fence}\n`, `${list}\n`, 'end'])
  })

  test('keeps text with reference definitions whole', () => {
    expect(splitMarkdown('[a]\n\n[a]: http://x')).toEqual(['[a]\n\n[a]: http://x'])
  })

  test('only ever changes the last block while text grows', () => {
    const text =
      'Intro **b**\n\n- one\n- two\n\n```\ncode\n\nmore\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nEnd'
    let earlier: string[] = []
    for (let end = 1; end <= text.length; end += 1) {
      const now = splitMarkdown(text.slice(0, end))
      const settled = earlier.slice(0, -1)
      expect(now.slice(0, settled.length)).toEqual(settled)
      earlier = now
    }
  })
})

describe('holdBack()', () => {
  test.each([
    ['text\n-', 'text'],
    ['text\n- ', 'text'],
    ['text\n1.', 'text'],
    ['#', ''],
    ['| a | b |', ''],
    ['x\n| a | b |\n|--', 'x'],
    ['say **', 'say '],
    ['say `', 'say '],
    ['look [', 'look '],
  ])('holds %j back to %j', (block, shown) => expect(holdBack(block)).toBe(shown))

  test.each(['```sh\n- x\n-', '| a |\n|---|\n| 1 |', 'a - b', '2 * 3'])('shows %j', (block) =>
    expect(holdBack(block)).toBe(block),
  )
})
