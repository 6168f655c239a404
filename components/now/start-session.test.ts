import { expect, test } from 'vitest'
import { nextAttempt } from './start-session.ts'

test('nextAttempt() keeps its keys when the same is sent again', () => {
  const first = nextAttempt(null, 'Checkout is down')
  expect(nextAttempt(first, 'Checkout is down')).toBe(first)
})

test('nextAttempt() keeps the opened session and takes new keys when the words have changed', () => {
  const first = nextAttempt(null, 'Checkout is down')
  first.sessionId = 'opened'
  const second = nextAttempt(first, 'Checkout is down since 02:41')
  expect(second.sessionId).toBe('opened')
  expect(second.turnKey).not.toBe(first.turnKey)
})
