// What people read of an input that can't be used, where its schema has no words of its own.
import { expect, it } from 'vitest'
import { z } from 'zod'
import { sayIssue } from './input-words.ts'

const schema = z.object({
  name: z.string().min(2).max(4),
  count: z.int().min(1).max(9),
  kind: z.enum(['a', 'b']),
  list: z.array(z.string()).max(1),
  own: z.string('Say who it is for'),
})
const GOOD = { name: 'abc', count: 3, kind: 'a', list: [], own: 'x' }

it.each([
  [{ name: undefined }, 'This is missing: give a text'],
  [{ name: 5 }, 'Give a text'],
  [{ name: 'x' }, 'Use at least 2 characters'],
  [{ name: 'xxxxx' }, 'Use at most 4 characters'],
  [{ count: 10 }, 'Use at most 9'],
  [{ count: 1.5 }, 'Give a whole number'],
  [{ kind: 'c' }, 'Use one of "a", "b"'],
  [{ list: ['x', 'y'] }, 'Use at most 1 entries'],
  [{ own: 5 }, 'Say who it is for'],
])('sayIssue() says of %j "%s"', (change, words) => {
  const parsed = schema.safeParse({ ...GOOD, ...change }, { error: sayIssue })
  expect(parsed.error?.issues.map(({ message }) => message)).toEqual([words])
})
