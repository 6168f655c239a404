import { expect, it } from 'vitest'
import { listSessionsSchema } from './api.ts'

it('listSessionsSchema reads times as UTC, and a day that ends a range with all its hours', () => {
  const read = (from: string, to: string) => listSessionsSchema.parse({ from, to })
  expect(read('2026-11-20', '2026-11-20')).toEqual({
    from: '2026-11-20T00:00:00.000Z',
    to: '2026-11-20T23:59:59.999Z',
  })
  expect(read('2026-11-20T10:00:00+02:00', '2026-11-20T09:00:00Z')).toEqual({
    from: '2026-11-20T08:00:00.000Z',
    to: '2026-11-20T09:00:00.000Z',
  })
})
