import headless from '@xterm/headless'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createScreen, SCROLLBACK_LINES } from './screen.ts'
import { type Look, PLAIN, sgr } from './sgr.ts'
import { createUnfinished, UNFINISHED_BYTES_MAX } from './unfinished.ts'
import { backgroundAt, charsAt, insideOf, lookAt, lookOf, widthAt } from './xterm-inside.ts'

const bytesOf = (text: string) => new TextEncoder().encode(text)

type Size = { cols: number; rows: number }
const terminalOf = (size: Size) => {
  const terminal = new headless.Terminal({ ...size, scrollback: SCROLLBACK_LINES, allowProposedApi: true })
  terminal.parser.registerOscHandler(8, () => true)
  return terminal
}
const feed = (terminal: headless.Terminal, data: Uint8Array) =>
  new Promise<void>((resolve) => terminal.write(data, resolve))

// In xterm's own numbers, colours of a palette can carry what is left of an earlier one.
const look = (of: Look) => sgr(of).slice(2)

/** Everything that can be seen of a terminal, now or after further output. */
function facts(terminal: headless.Terminal) {
  const inside = insideOf(terminal)
  const { buffer, buffers, coreService, coreMouseService, _inputHandler } = inside
  const rows = (of: typeof buffer) =>
    Array.from({ length: of.lines.length }, (_, row) => {
      const line = of.lines.get(row)
      if (!line) return ''
      const cells = Array.from({ length: line.length }, (_, col) => {
        const chars = charsAt(line, col)
        if (chars === '') return `${widthAt(line, col)}/${look({ ...PLAIN, bg: backgroundAt(line, col) })}`
        return `${chars}/${look(lookAt(line, col))}`
      })
      // What the first kept line goes on from is gone, and so is whether it does.
      return `${line.isWrapped && row > 0 ? 'wrapped ' : ''}${cells.join(' ')}`
    })
  const { x, y, ybase, scrollTop, scrollBottom, tabs } = buffer
  return {
    rows: rows(buffers.normal),
    alternate: buffer === buffers.alt ? rows(buffers.alt) : null,
    cursor: { x, y, ybase, scrollTop, scrollBottom, tabs },
    modes: { ...coreService.modes, ...coreService.decPrivateModes, hidden: coreService.isCursorHidden },
    mouse: [coreMouseService.activeProtocol, coreMouseService.activeEncoding],
    look: look(lookOf(_inputHandler._curAttrData)),
  }
}

const withoutWraps = (of: ReturnType<typeof facts>) => JSON.stringify(of).replaceAll('wrapped ', '')

/** A terminal that saw everything, and one that came when `before` had been written. */
async function pair(before: Uint8Array[], size: Size) {
  const whole = terminalOf(size)
  const screen = createScreen(size)
  for (const bytes of before) {
    await feed(whole, bytes)
    screen.write(bytes)
  }
  await screen.settled()
  const snapshot = screen.snapshot()
  expect(snapshot.offset).toBe(before.reduce((sum, bytes) => sum + bytes.length, 0))
  const late = terminalOf(snapshot)
  await feed(late, snapshot.data)
  screen.dispose()
  return { whole, late, bytes: snapshot.data.length }
}

async function expectEqual(before: string[], after: string, size: Size = { cols: 20, rows: 6 }) {
  const { whole, late } = await pair(before.map(bytesOf), size)
  expect(facts(late)).toEqual(facts(whole))
  for (const terminal of [whole, late]) await feed(terminal, bytesOf(after))
  expect(facts(late)).toEqual(facts(whole))
  const smaller = { cols: Math.max(2, size.cols - 7), rows: size.rows + 1 }
  for (const terminal of [whole, late]) terminal.resize(smaller.cols, smaller.rows)
  expect(facts(late).rows).toEqual(facts(whole).rows)
}

const PIECES = [
  ...['a', 'word ', 'a rather long line that wraps at the edge of it', '日本語', '👍', 'é', 'e\u0301', '\t'],
  ...['\r\n', '\n', '\r', '\b', '\r\n\r\n\r\n'],
  ...['\x1b[31m', '\x1b[1;44m', '\x1b[2m', '\x1b[22m', '\x1b[0m', '\x1b[38;5;200m', '\x1b[48;2;1;2;3m'],
  ...['\x1b[4:3m', '\x1b[58;5;9m', '\x1b[7m', '\x1b[9;53m', '\x1b[3;5m', '\x1b[4m', '\x1b[97;101m'],
  ...['\x1b[H', '\x1b[3;5H', '\x1b[2A', '\x1b[4C', '\x1b[K', '\x1b[1K', '\x1b[J', '\x1b[2J', '\x1b[3X'],
  ...['\x1b[L', '\x1b[M', '\x1b[2P', '\x1b[2@', '\x1b[S', '\x1b[T', '\x1bM', '\x1bD'],
  ...['\x1b[2;4r', '\x1b[r', '\x1b[?6h', '\x1b[?6l', '\x1b7', '\x1b8', '\x1b[?25l', '\x1b[?25h'],
  ...[
    '\x1b[?1049h',
    '\x1b[?1049l',
    '\x1b[?2004h',
    '\x1b[?1h',
    '\x1b=',
    '\x1b[?1000h\x1b[?1006h',
    '\x1b[?1004h',
  ],
  ...[
    '\x1b[4h',
    '\x1b[4l',
    '\x1b[?7l',
    '\x1b[?7h',
    '\x1b[5 q',
    '\x1bH',
    '\x1b[3g',
    '\x1b(0qqx\x1b(B',
    '\x1b(0',
  ],
  ...['\x1b]0;a title\x07', '\x1b]8;;javascript:alert(1)\x07link\x1b]8;;\x07', '\x1bP$qm\x1b\\'],
]

describe('snapshot()', () => {
  test('gives the same screen for colours, wide characters and long lines', () =>
    expectEqual(
      ['\x1b[1;31mred\x1b[0m 日本語 👍 e\u0301\r\n', 'x'.repeat(47), '\x1b[44m blue to the end\x1b[K'],
      '!\r\nmore',
    ))

  test('gives the same screen in the middle of an alternate screen', () =>
    expectEqual(
      ['$ less\r\n\x1b[?1049h\x1b[?1h\x1b=\x1b[H', 'one\r\ntwo\x1b[6;1H\x1b[7mEND\x1b[0m'],
      '\x1b[?1049lback',
    ))

  test('keeps regions, origin mode, modes, saved and waiting cursors', () =>
    expectEqual(
      [
        '\x1b[2;4r\x1b[?6h\x1b[2;3Hat\x1b7\x1b[?2004h\x1b[?1002h\x1b[?1006h\x1b[?25l\x1b[3;1H',
        'y'.repeat(20),
      ],
      'z\x1b8saved\r\n\r\n\r\n',
    ))

  test('carries a sequence or character along that has begun', async () => {
    for (const [begun, rest] of [
      ['\x1b', '[31mred'],
      ['\x1b[38;5', ';9mred'],
      ['\x1b]0;a ti', 'tle\x07text'],
      ['\x1bP$q', 'm\x1b\\text'],
      ['\x1b]52;c;AAAA', 'BBBB\x1b\\text'],
      ['\x1b[?104', '9hother'],
    ] as const)
      await expectEqual(['before ', begun], rest)
    const [head, tail] = [bytesOf('語').slice(0, 2), bytesOf('語').slice(2)]
    const { whole, late } = await pair([head], { cols: 20, rows: 6 })
    for (const terminal of [whole, late]) await feed(terminal, tail)
    expect(facts(late)).toEqual(facts(whole))
    expect(facts(late).rows[0]).toContain('語')
  })

  test('gives the same screen and scrollback for more lines than are kept', async () => {
    const size = { cols: 80, rows: 24 }
    const lines = Array.from(
      { length: 5_600 },
      (_, n) => `\x1b[3${n % 8}mline ${n}\x1b[0m ${'-'.repeat(n % 130)}\r\n`,
    )
    const { whole, late } = await pair([bytesOf(lines.join(''))], size)
    expect(facts(whole).rows).toHaveLength(SCROLLBACK_LINES + size.rows)
    expect(facts(late)).toEqual(facts(whole))
  })

  test('gives the same screen whatever was written, at any point of it', async () => {
    const output = fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 60 })
    await fc.assert(
      fc.asyncProperty(
        output,
        fc.nat(),
        fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }),
        async (pieces, cut, more) => {
          const bytes = bytesOf(pieces.join(''))
          const at = cut % (bytes.length + 1)
          const { whole, late } = await pair([bytes.slice(0, at)], { cols: 17, rows: 5 })
          expect(facts(late)).toEqual(facts(whole))
          const rest = new Uint8Array([...bytes.slice(at), ...bytesOf(more.join(''))])
          for (const terminal of [whole, late]) await feed(terminal, rest)
          // The first line may have moved down.
          expect(withoutWraps(facts(late))).toEqual(withoutWraps(facts(whole)))
        },
      ),
      { numRuns: 300 },
    )
  })
})

describe('createScreen()', () => {
  test('answers harmless questions once, and no others', async () => {
    const answers: string[] = []
    const screen = createScreen({ cols: 80, rows: 24 }, (answer) => answers.push(answer))
    screen.write(bytesOf('\x1b[c\x1b[>c\x1b[5n\x1b[6n\x1b[?6n\x1b[?2004$p'))
    await screen.settled()
    expect(answers.map((answer) => answer.slice(1))).toEqual([
      '[?1;2c',
      '[>0;276;0c',
      '[0n',
      '[1;1R',
      '[?1;1R',
      '[?2004;2$y',
    ])
    answers.length = 0
    screen.write(
      bytesOf(
        '\x1b]0;id\x07\x1b[21t\x1b[14t\x1b[18t\x1bP$qm\x1b\\\x1b]52;c;?\x07\x1b]10;?\x07\x1b]4;1;?\x07\x1b[>q\x1bP+q544e\x1b\\',
      ),
    )
    await screen.settled()
    expect(answers).toEqual([])
    screen.dispose()
  })

  test('tells the lines of the screen as text', async () => {
    const screen = createScreen({ cols: 20, rows: 3 })
    screen.write(bytesOf('one\r\ntwo\r\n日本 \x1b[31mthree\x1b[0m\r\nfour'))
    await screen.settled()
    expect(screen.lines()).toEqual(['two', '日本 three', 'four'])
    expect(screen.cursor()).toEqual({ row: 2, col: 4, hidden: false })
    screen.dispose()
  })
})

describe('createUnfinished()', () => {
  test('keeps a bounded part of a sequence that never ends', () => {
    const unfinished = createUnfinished()
    unfinished.feed(bytesOf(`text\x1b]52;c;${'A'.repeat(100_000)}`))
    expect(unfinished.bytes()).toHaveLength(UNFINISHED_BYTES_MAX)
    unfinished.feed(bytesOf('\x07'))
    expect(unfinished.bytes()).toHaveLength(0)
  })
})
