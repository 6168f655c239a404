import { expect, test } from 'vitest'
import { jumpBetween, type Moment, watchClock } from './clock.ts'
import { JUMP_MS } from './moving-ends.ts'

const HOUR_MS = 3_600_000
const at = (wall: number, monotonic: number): Moment => ({ wall, monotonic })

test.each([
  ['nothing happens', at(5_000, 5_000), 0],
  ['the clock is slewed', at(5_000 + JUMP_MS, 5_000), 0],
  ['nobody looked for an hour', at(HOUR_MS, HOUR_MS), 0],
  ['the clock is set back by an hour', at(1_000 - HOUR_MS, 1_000), -HOUR_MS],
  ['the clock is set forward by a year', at(1_000 + 365 * 24 * HOUR_MS, 1_000), 365 * 24 * HOUR_MS],
])('jumpBetween() tells how far the clock jumped when %s', (_, now, by) => {
  expect(jumpBetween(at(0, 0), now)).toBe(by)
})

test('watchClock() tells of each jump once, and of none after its end', async () => {
  let offset = 0
  const jumps: number[] = []
  const looked = { count: 0 }
  const end = watchClock(
    (byMs) => jumps.push(byMs),
    () => {
      looked.count += 1
      return at(looked.count * 10 + offset, looked.count * 10)
    },
    2,
  )
  await expect.poll(() => looked.count).toBeGreaterThan(2)
  offset = -HOUR_MS
  await expect.poll(() => jumps).toEqual([-HOUR_MS])
  offset = HOUR_MS
  await expect.poll(() => jumps).toEqual([-HOUR_MS, 2 * HOUR_MS])
  end()
  const { count } = looked
  offset = 0
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(looked.count).toBe(count)
})
