import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ApiMessage, canonicalMessages } from './canonical.ts'
import { fingerprint, sequence } from './fingerprint.ts'

type Fields = Record<string, unknown>

const text = fc.string({ unit: 'grapheme' }).map((value): Fields => ({ type: 'text', text: value }))
const result = fc
  .tuple(
    fc.string(),
    fc.oneof(fc.string(), fc.array(text, { maxLength: 3 })),
    fc.constantFrom(undefined, true, false),
  )
  .map(
    ([id, content, isError]): Fields => ({
      type: 'tool_result',
      tool_use_id: id,
      content,
      ...(isError === undefined ? {} : { is_error: isError }),
    }),
  )
const use = fc
  .tuple(fc.string(), fc.string(), fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 })))
  .map(([id, name, input]): Fields => ({ type: 'tool_use', id, name, input }))
const thinking = fc.string().map((value): Fields => ({ type: 'thinking', thinking: value, signature: 's' }))
const message: fc.Arbitrary<ApiMessage> = fc.record({
  role: fc.constantFrom('user' as const, 'assistant' as const),
  content: fc.oneof(
    fc.string(),
    fc.array(fc.oneof(text, result, use, thinking), { minLength: 1, maxLength: 4 }),
  ),
})
const history = fc.array(message, { maxLength: 6 })

const of = (messages: readonly ApiMessage[], owner = 'ana') => fingerprint(owner, canonicalMessages(messages))
const blocksOf = ({ content }: ApiMessage): readonly Fields[] =>
  typeof content === 'string' ? [{ type: 'text', text: content }] : content

/** The same conversation as another client might write it down. */
function respelled(messages: readonly ApiMessage[]): ApiMessage[] {
  return messages.map((each) => ({
    role: each.role,
    content: blocksOf(each).map((block) => {
      const reversed = Object.fromEntries(Object.entries(block).reverse())
      const content =
        typeof block.content === 'string' ? { content: [{ type: 'text', text: block.content }] } : {}
      return { ...reversed, ...content, cache_control: { type: 'ephemeral' } }
    }),
  }))
}

describe('fingerprint() property', () => {
  test('stays the same when strings become text blocks, keys change places and cache_control comes in', () => {
    fc.assert(
      fc.property(history, (messages) => {
        expect(of(respelled(messages))).toBe(of(messages))
      }),
    )
  })

  test('stays the same when it goes through JSON', () => {
    fc.assert(
      fc.property(history, (messages) => {
        expect(of(JSON.parse(JSON.stringify(messages)) as ApiMessage[])).toBe(of(messages))
      }),
    )
  })

  test('differs when the canonical forms differ', () => {
    fc.assert(
      fc.property(history, history, (one, two) => {
        const withoutSignatures = (messages: readonly ApiMessage[]) =>
          JSON.parse(
            JSON.stringify(canonicalMessages(messages), (key, value) =>
              key === 'signature' ? undefined : value,
            ),
          )
        const equal = of(one) === of(two)
        try {
          expect(withoutSignatures(one)).toEqual(withoutSignatures(two))
          expect(equal).toBe(true)
        } catch {
          expect(equal).toBe(false)
        }
      }),
    )
  })

  test('differs when a message is left out, doubled, put elsewhere or said by the other side', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(message, { minLength: 2, maxLength: 6, selector: (m) => of([m]) }),
        (all) => {
          const [first, second, ...rest] = all as [ApiMessage, ApiMessage, ...ApiMessage[]]
          const other = first.role === 'user' ? ('assistant' as const) : ('user' as const)
          const variants = [
            [second, ...rest],
            [first, ...all],
            [second, first, ...rest],
            [{ ...first, role: other }, second, ...rest],
          ]
          for (const variant of variants) expect(of(variant)).not.toBe(of(all))
        },
      ),
    )
  })

  test('of every beginning is the one that the beginning has by itself', () => {
    fc.assert(
      fc.property(history, (messages) => {
        const canonical = canonicalMessages(messages)
        const alone = [...canonical, null].map((_, end) => fingerprint('ana', canonical.slice(0, end)))
        expect(sequence('ana', canonical)).toEqual(alone)
      }),
    )
  })
})

describe('fingerprint()', () => {
  const called = (more: Fields): ApiMessage[] => [
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: 'x', ...more }] },
  ]

  test('tells is_error absent, false and true apart', () => {
    const all = [called({}), called({ is_error: false }), called({ is_error: true })].map((each) => of(each))
    expect(new Set(all).size).toBe(3)
  })

  test('does not tell signatures of thinking apart', () => {
    const thought = (signature: string): ApiMessage[] => [
      { role: 'assistant', content: [{ type: 'thinking', thinking: 'hm', signature }] },
    ]
    expect(of(thought('a'))).toBe(of(thought('b')))
  })

  test('tells owners apart, also where their names run into the first message', () => {
    const messages: ApiMessage[] = [{ role: 'user', content: 'hello' }]
    expect(of(messages, 'ana')).not.toBe(of(messages, 'bob'))
    expect(of([], '1:a')).not.toBe(of([], 'a'))
  })
})
