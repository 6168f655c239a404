// Trials 13 and 14: what is no UTF-8, no text or no JSON is kept as it came, and shown as something that can be drawn.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { RecordedEvent } from '../../lib/events.ts'
import { describeInBrowser } from '../browser/describe-in-browser.ts'
import { isLive, launchBrowser, stands, transcript, visit } from '../support/browser.ts'
import { ROOT, startTestConsole, type TestConsole } from '../support/console.ts'
import { endOf } from '../support/trials.ts'

const HALF = '\ud83d'

describeInBrowser('odd bytes', () => {
  let test: TestConsole
  let id: string
  let record: RecordedEvent[]
  beforeAll(async () => {
    const env = { BREAKGLASS_CLAUDE: join(ROOT, 'e2e', 'fakes', 'claude.cjs') }
    test = await startTestConsole({ config: 'limits: { warm_processes: 0 }\n', env })
    id = (await test.openSession('odd-bytes')).id
    const { turn_id } = await test.prompt(id, `Half a pair [${HALF}] and NUL [\0]`)
    expect(await endOf(test, id, turn_id)).toMatchObject({ outcome: 'success', result: 'No LF.' })
    record = await test.events(id)
  })
  afterAll(() => test?.close())

  it('become U+FFFD where they are no UTF-8, and come whole where they were split', () => {
    const texts = record.flatMap((event) => (event.kind === 'text' ? [event.text] : []))
    expect(texts).toEqual([`<${'\ufffd'.repeat(6)}>`, `<${HALF} and \0>`, '<ein Ö und ein 😀>'])
  })

  it('stay in the record line by line where they are no message', () => {
    const lines = record.flatMap((event) => (event.kind === 'raw' ? [event.line] : []))
    expect(lines).toEqual([
      '\ufeff{"type":"after a byte order mark"}',
      'a line with NUL [\0] in it',
      '[1,2]',
      '7',
      '{"__proto__":{"type":"result"},"constructor":1}',
      expect.stringContaining('ends with CR'),
    ])
  })

  it('stay in the spool as they were', () => {
    const spools = readdirSync(join(test.data, 'sessions', id), { recursive: true, encoding: 'utf8' })
    const whole = spools
      .filter((path) => path.endsWith('stdout'))
      .map((path) => readFileSync(join(test.data, 'sessions', id, path)))
    const bytes = Buffer.concat(whole)
    expect(bytes.includes(Buffer.from([0xff, 0xfe, 0xed, 0xa0, 0x80, 0xc3]))).toBe(true)
    expect(bytes.includes(Buffer.from('NUL [\0]'))).toBe(true)
  })

  it('are the operator’s own as well, once under one key', async () => {
    const prompt = `Half a pair [${HALF}] and NUL [\0]`
    const text = 'Half a pair [\ufffd] and NUL [\0]' // what no encoding has can't be kept
    expect(record.find(({ kind }) => kind === 'prompt')).toMatchObject({ text })
    const key = { 'idempotency-key': 'odd' }
    const send = () => test.request<{ turn_id: string }>('POST', `/api/sessions/${id}/turns`, { prompt }, key)
    const first = await send()
    expect(first.status).toBe(202)
    await endOf(test, id, first.data.turn_id)
    expect(await send()).toMatchObject({ status: 202, data: { turn_id: first.data.turn_id } })
  })

  it('leave the chain whole', async () => {
    expect(await test.command(['verify'])).toMatchObject({ exitCode: 0 })
  })

  it('are drawn by the page as text that is well-formed', async () => {
    const browser = await launchBrowser()
    const { page, problems } = await visit(browser, test)
    await page.goto(`/sessions/${id}`)
    await isLive(page)
    await stands(page, 'Done')
    await transcript(page).getByText('ein Ö und ein 😀').first().waitFor()
    const shown = await transcript(page).evaluate((element) => {
      const text = element.textContent ?? ''
      return { text, isWhole: new TextDecoder().decode(new TextEncoder().encode(text)) === text }
    })
    expect(shown.isWhole).toBe(true)
    expect(shown.text).toContain('<\ufffd and ')
    expect(shown.text).toContain('Half a pair [\ufffd]')
    expect(problems).toEqual([])
    await browser.close()
  })
})
