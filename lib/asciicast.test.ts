import { describe, expect, test } from 'vitest'
import { parseCast } from './asciicast.ts'

const HEADER =
  '{"version":3,"term":{"cols":80,"rows":24,"type":"xterm-256color"},"timestamp":1,"title":"bash"}'

describe('parseCast()', () => {
  test('adds the intervals up when every line is whole', () => {
    const cast = parseCast(`${HEADER}\n[0.5,"o","a"]\n[1.25,"r","100x30"]\n[0,"x","0"]\n`)
    expect(cast).toMatchObject({ cols: 80, rows: 24, title: 'bash', timestamp: 1, duration: 1.75 })
    expect(cast?.events.map(({ at, code }) => [at, code])).toEqual([
      [0.5, 'o'],
      [1.75, 'r'],
      [1.75, 'x'],
    ])
  })

  test('leaves out what can not be read when the console was killed', () => {
    expect(parseCast(`${HEADER}\n[0.5,"o","a"]\nnull\n[-1,"o","b"]\n[0.1,"o","cut`)?.events).toHaveLength(1)
  })

  test('gives null when the file is no recording', () => {
    for (const text of ['', '{}', 'text', '{"version":2,"width":80}']) expect(parseCast(text)).toBeNull()
  })
})
