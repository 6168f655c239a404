import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createLineSplitter, LINE_MAX_BYTES, type Line } from './line-splitter.ts'

const bytesOf = (text: string) => new TextEncoder().encode(text)
const textOf = (line: Line | undefined) => new TextDecoder().decode(line?.data)

function splitAll(chunks: readonly Uint8Array[], options: { maxBytes?: number; startOffset?: number } = {}) {
  const lines: Line[] = []
  const splitter = createLineSplitter({ ...options, onLine: (line) => lines.push(line) })
  for (const chunk of chunks) splitter.feed(chunk)
  splitter.end()
  return lines
}

/** Cuts `bytes` into chunks whose sizes are taken in turn from `sizes`. */
function cut(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const chunks: Uint8Array[] = []
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1
    chunks.push(bytes.subarray(at, at + size))
    at += size
  }
  return chunks
}

/** What a splitter must give, by the shortest way to say it. */
function reference(bytes: Uint8Array): string[] {
  const lines = Buffer.from(bytes).toString('latin1').split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines
}

const someBytes = fc
  .array(fc.oneof(fc.constantFrom(10, 10, 13, 0, 0xe2, 0x80, 0xa8, 0xff), fc.nat(255)), { maxLength: 300 })
  .map((values) => Uint8Array.from(values))
const someSizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 })

describe('createLineSplitter()', () => {
  test('createLineSplitter() gives the lines of a plain split when bytes come in any chunks', () => {
    fc.assert(
      fc.property(someBytes, someSizes, (bytes, sizes) => {
        const lines = splitAll(cut(bytes, sizes))
        expect(lines.map(({ data }) => Buffer.from(data).toString('latin1'))).toEqual(reference(bytes))
        expect(lines.every((line) => !line.truncated && line.bytes === line.data.length)).toBe(true)
        expect(lines.at(-1)?.endOffset ?? 0).toBe(bytes.length)
      }),
    )
  })

  test('createLineSplitter() keeps the beginning, size and hash of each line when lines pass the cap', () => {
    fc.assert(
      fc.property(someBytes, someSizes, fc.integer({ min: 1, max: 20 }), (bytes, sizes, maxBytes) => {
        const seen: { text: string; hash: string | null }[] = []
        let hash: ReturnType<typeof createHash> | null = null
        const splitter = createLineSplitter({
          maxBytes,
          onOverflow(fragment, isFirst) {
            if (isFirst) hash = createHash('sha256')
            hash?.update(fragment)
          },
          onLine(line) {
            seen.push({ text: Buffer.from(line.data).toString('latin1'), hash: hash?.digest('hex') ?? null })
            hash = null
          },
        })
        for (const chunk of cut(bytes, sizes)) splitter.feed(chunk)
        splitter.end()
        const expected = reference(bytes).map((line) => ({
          text: line.slice(0, maxBytes),
          hash: line.length > maxBytes ? createHash('sha256').update(line, 'latin1').digest('hex') : null,
        }))
        expect(seen).toEqual(expected)
      }),
    )
  })

  test('createLineSplitter() goes on at the same line when it starts at an offset that it gave', () => {
    fc.assert(
      fc.property(someBytes, fc.nat(20), (bytes, index) => {
        const all = splitAll([bytes])
        const from = all[index]?.endOffset ?? 0
        const rest = splitAll([bytes.subarray(from)], { startOffset: from })
        expect(rest).toEqual(all.filter((line) => line.endOffset > from))
      }),
    )
  })

  test('createLineSplitter() keeps what it holds when the caller reuses its buffer', () => {
    const lines: Line[] = []
    const splitter = createLineSplitter({ onLine: (line) => lines.push(line) })
    const reused = Buffer.alloc(4)
    for (const text of ['one\n', 'two ', 'and ', '3\n4\n']) {
      reused.write(text)
      splitter.feed(reused)
    }
    expect(lines.map(textOf)).toEqual(['one', 'two and 3', '4'])
  })

  test('createLineSplitter() takes CR, U+2028, U+2029, U+0085, VT and FF for text when they stand in a line', () => {
    const text = 'a\rb\u2028c\u2029d\u0085e\vf\fg'
    expect(splitAll([bytesOf(`${text}\n`)]).map(textOf)).toEqual([text])
  })

  test('createLineSplitter() gives an empty line when two LF follow each other', () => {
    expect(splitAll([bytesOf('\n\na\n')]).map(textOf)).toEqual(['', '', 'a'])
  })

  test('createLineSplitter() gives nothing at the end when the last line has its LF', () => {
    expect(splitAll([bytesOf('a\n')])).toHaveLength(1)
    expect(splitAll([])).toHaveLength(0)
  })

  test('createLineSplitter() holds no more than its cap when a line of 100 MB passes', () => {
    const chunk = new Uint8Array(65_536).fill(120)
    const hash = createHash('sha256')
    const seen = createHash('sha256')
    const lines: Line[] = []
    let most = 0
    const splitter = createLineSplitter({
      onLine: (line) => lines.push(line),
      onOverflow: (fragment) => seen.update(fragment),
    })
    const chunks = 1600
    for (let n = 0; n < chunks; n++) {
      splitter.feed(chunk)
      hash.update(chunk)
      most = Math.max(most, splitter.pendingBytes)
    }
    splitter.feed(bytesOf('\nnext\n'))
    expect(most).toBe(LINE_MAX_BYTES)
    expect(lines[0]).toMatchObject({ bytes: chunks * chunk.length, truncated: true })
    expect(lines[0]?.data.length).toBe(LINE_MAX_BYTES)
    expect(seen.digest('hex')).toBe(hash.digest('hex'))
    expect(textOf(lines[1])).toBe('next')
    expect(lines[1]).toMatchObject({ truncated: false, endOffset: chunks * chunk.length + 6 })
  })

  test('createLineSplitter() gives a whole line when it comes byte by byte', () => {
    const text = 'x'.repeat(300_000)
    const lines = splitAll(cut(bytesOf(`${text}\n`), [1]))
    expect(lines.map(textOf)).toEqual([text])
  })
})
