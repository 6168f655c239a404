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

test('safePath() keeps a path with its query when it stays on the console', () => {
  expect(safePath('/sessions?q=dns')).toBe('/sessions?q=dns')
})

test.each([
  undefined,
  ['/a', '/b'],
  '',
  'sessions',
  'https://elsewhere.example',
  '//elsewhere.example',
  '/\\elsewhere.example',
  '/a\\b',
  '/\t/elsewhere.example',
])('safePath() gives the first page when asked for %j', (next) => {
  expect(safePath(next)).toBe('/')
})
