import { describe, expect, test } from 'vitest'
import {
  formatBytes,
  formatClock,
  formatCost,
  formatCount,
  formatDuration,
  formatRelative,
  makeVisible,
  oneLine,
} from './format.ts'

describe('formatDuration()', () => {
  test.each([
    [-5, '0.0 s'],
    [200, '0.2 s'],
    [9949, '9.9 s'],
    [9950, '10 s'],
    [12_400, '12 s'],
    [59_499, '59 s'],
    [59_500, '1:00'],
    [65_000, '1:05'],
    [3_599_600, '1 h 00 min'],
    [3_720_000, '1 h 02 min'],
    [Number.NaN, '0.0 s'],
  ])('writes %d ms as %s', (ms, text) => expect(formatDuration(ms)).toBe(text))
})

test('formatClock() counts minutes, then hours', () => {
  expect(formatClock(41_900)).toBe('0:41')
  expect(formatClock(3_723_000)).toBe('1:02:03')
})

test('formatBytes() uses decimal units', () => {
  expect([999, 1000, 41_300, 999_600, 2.1e9, 5e12].map(formatBytes)).toEqual([
    '999 B',
    '1.0 kB',
    '41 kB',
    '1.0 MB',
    '2.1 GB',
    '5.0 TB',
  ])
})

test('formatCost() says when the cost is unknown', () => {
  expect([null, 0, 0.0001, 0.004, 0.38, 12.5].map(formatCost)).toEqual([
    '—',
    '$0.00',
    '<$0.001',
    '$0.004',
    '$0.38',
    '$12.50',
  ])
})

test('formatCount() shortens thousands and millions', () => {
  expect([0, 940, 4120, 41_000, 999_600, 1_240_000].map(formatCount)).toEqual([
    '0',
    '940',
    '4.1 k',
    '41 k',
    '1.0 M',
    '1.2 M',
  ])
})

describe('formatRelative()', () => {
  const now = new Date(2026, 10, 20, 15, 0, 0)
  const at = (year: number, month: number, day: number, hour: number, minute = 0) =>
    formatRelative(new Date(year, month, day, hour, minute).toISOString(), now.getTime())

  test('goes from now over minutes, hours and weekdays to dates', () => {
    expect(at(2026, 10, 20, 15)).toBe('now')
    expect(at(2026, 10, 20, 14, 55)).toBe('5 min ago')
    expect(at(2026, 10, 20, 15, 30)).toBe('in 30 min')
    expect(at(2026, 10, 20, 1)).toBe('14 h ago')
    expect(at(2026, 10, 19, 9)).toBe('yesterday')
    expect(at(2026, 10, 17, 9)).toBe('Tue')
    expect(at(2026, 10, 3, 9)).toBe('3 Nov')
    expect(at(2025, 10, 3, 9)).toBe('3 Nov 2025')
  })

  test('writes a dash for what is no date', () => expect(formatRelative('soon', 0)).toBe('—'))
})

describe('makeVisible()', () => {
  test('leaves ordinary text, line feeds, tabs, scripts and emoji alone', () => {
    const text = 'a\tb\n日本語 می‌خواهم 👩‍🚒 ❤️ é'
    expect(makeVisible(text)).toBe(text)
  })

  test('shows control and direction characters', () => {
    expect(makeVisible('\u001b[31m\u0007\u0000\r\u007f\u0085')).toBe('␛[31m␇␀␍␡⟨U+0085⟩')
    expect(makeVisible('evil\u202egpj.exe\u2066\u2028')).toBe('evil⟨U+202E⟩gpj.exe⟨U+2066⟩⟨U+2028⟩')
  })

  test('shows what hides inside plain words', () => {
    expect(makeVisible('r\u200bm\u200d -\u00adrf\u{e0041}')).toBe('r⟨U+200B⟩m⟨U+200D⟩ -⟨U+00AD⟩rf⟨U+E0041⟩')
    expect(makeVisible('\ud800x')).toBe('\ufffdx')
  })

  test('turns CRLF into LF', () => expect(makeVisible('a\r\nb')).toBe('a\nb'))
})

test('oneLine() folds white space and cuts', () => {
  expect(oneLine(' a\n\n b ')).toBe('a b')
  expect(oneLine('x'.repeat(50), 10)).toBe(`${'x'.repeat(9)}…`)
})
