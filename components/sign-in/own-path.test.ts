import { expect, test } from 'vitest'
import { ownPath } from './own-path.ts'

test('ownPath() keeps a path with its query when it stays on the console', () => {
  expect(ownPath('/sessions?q=dns')).toBe('/sessions?q=dns')
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
])('ownPath() gives the first page when asked for %j', (next) => {
  expect(ownPath(next)).toBe('/')
})
