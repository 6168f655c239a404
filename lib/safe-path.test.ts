import { expect, test } from 'vitest'
import { safePath } from './safe-path.ts'

test.each(['/', '/sessions/1?at=3#x', '/search?q=//evil'])('safePath() keeps %j', (path) => {
  expect(safePath(path)).toBe(path)
})

test.each([
  '//evil.example',
  '/\\evil.example',
  '\\\\evil.example',
  '/\t/evil.example',
  'https://evil.example',
  'javascript:alert(1)',
  '',
  ' /x',
  undefined,
  ['/x'],
  `/${'x'.repeat(2000)}`,
])('safePath() goes to the start page when given %j', (path) => {
  expect(safePath(path)).toBe('/')
})
