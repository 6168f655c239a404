import { expect, test } from 'vitest'
import { isNarrowed, readQuery, toFilter, toSearch } from './query.ts'

test('readQuery() drops empty fields, unknown ones and days that are none', () => {
  expect(readQuery({ q: ' dns ', operator: '', from: 'yesterday', to: '2026-11-20', page: '3' })).toEqual({
    q: 'dns',
    to: '2026-11-20',
  })
})

test('readQuery() takes the first when a field comes twice', () => {
  expect(readQuery({ outcome: ['open', 'resolved'] })).toEqual({ outcome: 'open' })
})

test('toFilter() means both days whole when a span is given', () => {
  expect(toFilter({ q: 'x', from: '2026-11-19', to: '2026-11-20' })).toEqual({
    q: 'x',
    from: '2026-11-19T00:00:00.000Z',
    to: '2026-11-20T23:59:59.999Z',
  })
})

test('toSearch() keeps the facets and changes the place when paging', () => {
  expect(toSearch({ q: 'a b', outcome: 'open', cursor: 'old' }, 'new')).toBe('?q=a+b&outcome=open&cursor=new')
  expect(toSearch({}, undefined)).toBe('')
})

test('isNarrowed() does not count the place in the list when asked', () => {
  expect(isNarrowed({ cursor: 'x' })).toBe(false)
  expect(isNarrowed({ from: '2026-11-20' })).toBe(true)
})
