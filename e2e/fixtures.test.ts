import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { isTerminal } from '../lib/event-checks.ts'
import { eventBodySchema } from '../lib/events.ts'
import { readCase, translateSpool } from './fixture-case.ts'

const FIXTURES = join(import.meta.dirname, 'fixtures')

const folders = readdirSync(FIXTURES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)

test('fixtures/ has a folder for every way that the CLI speaks', () => {
  expect(folders.length).toBeGreaterThanOrEqual(20)
})

describe.each(folders)('fixture %s', (name) => {
  const folder = join(FIXTURES, name)
  const spool = readFileSync(join(folder, 'spool.ndjson'))
  const expected = readFileSync(join(folder, 'expected.ndjson'), 'utf8')

  test.each([1, 7, 65_536])(
    'translateSpool() gives what is expected when fed %i bytes at a time',
    async (chunkBytes) => {
      const translations = translateSpool(spool, await readCase(folder), chunkBytes)
      expect(translations.map((translation) => `${JSON.stringify(translation)}\n`).join('')).toBe(expected)
    },
  )

  test('translateSpool() gives events of the vocabulary, one terminal event a turn and that last', async () => {
    const translations = translateSpool(spool, await readCase(folder), 65_536)
    let isOpen = false
    for (const { events, ended, inTurn } of translations) {
      for (const event of events) {
        expect(eventBodySchema.safeParse(event).error).toBeUndefined()
        if (event.kind === 'session') isOpen = true
      }
      expect(events.filter(isTerminal)).toHaveLength(ended ? 1 : 0)
      if (ended) expect(events.at(-1)).toSatisfy(isTerminal)
      if (isOpen) expect(inTurn).toBe(true)
      if (ended) isOpen = false
    }
    expect(isOpen).toBe(false)
  })

  test('meta.json names the version of the CLI', () => {
    const meta: unknown = JSON.parse(readFileSync(join(folder, 'meta.json'), 'utf8'))
    expect(meta).toMatchObject({ claude_version: expect.stringMatching(/^\d+\.\d+\.\d+$/) })
  })
})
