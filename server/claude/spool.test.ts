import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it, vi } from 'vitest'
import { openSpool } from './spool.ts'
import { hasOpened, remarksAfter } from './spool-remarks.ts'

const directory = mkdtempSync(join(tmpdir(), 'breakglass-spool-'))
afterAll(() => rmSync(directory, { recursive: true }))

function spoolOf(name: string, text: string) {
  const path = join(directory, name)
  writeFileSync(path, text)
  return path
}

it('openSpool() reads on from an offset, and is told when the file grows', async () => {
  const path = spoolOf('grows', 'first ')
  const onGrowth = vi.fn()
  const spool = openSpool(path, 2, onGrowth)
  expect(String(spool.read())).toBe('rst ')
  expect(spool.read()).toBeNull()
  appendFileSync(path, 'second')
  await vi.waitFor(() => expect(onGrowth).toHaveBeenCalled())
  expect(String(spool.read())).toBe('second')
  expect(spool.offset).toBe(12)
  spool.close()
})

it('readTail() leaves out what is older than the last bytes', () => {
  const spool = openSpool(spoolOf('tail', `${'x'.repeat(100_000)}end`), 0, () => undefined)
  expect(String(spool.readTail(3))).toBe('end')
  expect(spool.readTail(3)).toBeNull()
  spool.close()
})

it('openSpool() fails when there is no file', () => {
  expect(() => openSpool(join(directory, 'none'), 0, () => undefined)).toThrow('ENOENT')
})

const INIT = JSON.stringify({ type: 'system', subtype: 'init', session_id: 's', tools: [] })
const said = (text: string) =>
  JSON.stringify({
    type: 'assistant',
    message: { id: 'm', role: 'assistant', content: [{ type: 'text', text }] },
  })

it('hasOpened() tells whether a turn was begun', () => {
  expect(hasOpened(spoolOf('begun', `{"type":"control_response"}\n${INIT}\n`))).toBe(true)
  expect(hasOpened(spoolOf('not-begun', `{"type":"control_response"}\n${INIT.slice(0, 30)}`))).toBe(false)
  expect(hasOpened(join(directory, 'none'))).toBe(false)
})

it('remarksAfter() gives what was said after an offset, and no end of a turn', () => {
  const before = `${said('before')}\n`
  const result = JSON.stringify({ type: 'result', subtype: 'success', is_error: false, result: 'x' })
  const path = spoolOf('remarks', `${before}${said('after')}\n${result}\nhalf a li`)
  expect(remarksAfter(path, Buffer.byteLength(before))).toMatchObject([
    { kind: 'text', text: 'after' },
    { kind: 'raw', line: result },
    { kind: 'raw', line: 'half a li' },
  ])
  expect(remarksAfter(join(directory, 'none'), 0)).toEqual([])
})
