import { expect, test } from 'vitest'
import { parseAnsi, stripAnsi } from './ansi.ts'

const esc = '\u001b'

test('parseAnsi() colours what a terminal would', () => {
  expect(parseAnsi(`a${esc}[1;31mb${esc}[0mc`)).toMatchObject([
    { text: 'a', color: null },
    { text: 'b', color: 'error', bold: true },
    { text: 'c', color: null, bold: false },
  ])
  expect(parseAnsi(`${esc}[38;5;196mx${esc}[48;2;0;200;0my${esc}[mz`)).toMatchObject([
    { color: 'error' },
    { color: 'error', background: 'ok' },
    { color: null, background: null },
  ])
})

test('parseAnsi() leaves markup as text and drops cursor moves', () => {
  expect(parseAnsi(`${esc}[2K<img src=x onerror=alert(1)>`)).toMatchObject([
    { text: '<img src=x onerror=alert(1)>' },
  ])
})

test('parseAnsi() keeps other escapes for the caller to show', () => {
  expect(parseAnsi(`${esc}]52;c;aGk=\u0007`)[0]?.text).toBe(`${esc}]52;c;aGk=\u0007`)
})

test('stripAnsi() drops colours and what a carriage return has overwritten', () => {
  expect(stripAnsi(`${esc}[32m10%\r55%\r100%${esc}[0m\r\nnext\r\n`)).toBe('100%\nnext\n')
})
