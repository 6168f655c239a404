import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openDatabase } from '../../db/database.ts'
import { createEventsTable } from '../../db/events.ts'
import { isTerminal } from '../../lib/event-checks.ts'
import type { AddedObserver } from '../../lib/observer-api.ts'
import { addOperator, as } from '../support/accounts.ts'
import { launchBrowser, stands, transcript, type Visitor, visit } from '../support/browser.ts'
import { readStream, startTestConsole, type TestConsole } from '../support/console.ts'
import { look } from '../support/look.ts'
import { describeInBrowser } from './describe-in-browser.ts'

// Put together here, so that no scanner takes them for real ones.
const TOKEN = `ghp_${'A1b2C3d4E5'.repeat(4)}`
const PASSWORD = 'tr0ub4dor-and-three'
const OWN = 'sk-own-key-of-this-console'
const BADGE = 'acme_0123456789'
const PLANTED = [TOKEN, PASSWORD, OWN, BADGE]
const LONG = `for i in $(seq 1 4000); do echo "line $i of a long output"; done; echo ${TOKEN}; echo DB_PASSWORD=${PASSWORD} ${OWN} ${BADGE}`

describeInBrowser('planted secrets', () => {
  let test: TestConsole
  let browser: Browser
  let ana: Visitor
  let vera: Record<string, string>
  let session: string
  let streamed: string
  let output: string
  beforeAll(async () => {
    test = await startTestConsole({
      warm: false,
      config: "redaction: { patterns: [{ name: badge, regex: 'acme_[0-9]{8,32}' }] }\n",
      env: { ANTHROPIC_API_KEY: OWN },
    })
    browser = await launchBrowser()
    ana = await visit(browser, test)
    vera = as((await addOperator(test, 'vera', 'viewer')).token)
    const reason = `The database refuses ${TOKEN}`
    session = (await test.openSession('does-as-told', { reason })).id
    const stream = readStream(test, `/api/sessions/${session}/events`, (event) => event.kind === 'result')
    await test.prompt(session, LONG)
    streamed = JSON.stringify(await stream)
    const end = await test.waitFor(session, (event) => event.kind === 'tool' && event.phase === 'output')
    output = end.kind === 'tool' ? end.tool_use_id : ''
    await test.waitFor(session, isTerminal)
  })
  afterAll(async () => {
    await browser?.close()
    await test?.close()
  })

  const ask = async (path: string, headers: Record<string, string> = as(test.token)) => {
    const response = await fetch(test.url + path, { headers })
    return { status: response.status, text: await response.text() }
  }
  const shows = (text: string) => PLANTED.filter((secret) => text.includes(secret))
  const looks = async () =>
    (await test.events(session)).filter((event) => event.kind === 'control' && event.action === 'raw_viewed')

  it('are masked in all that is shown, streamed and exported, and stand raw in the record', async () => {
    expect(streamed).toMatch(/‹masked: github token #[0-9a-f]{4}›/)
    expect(shows(streamed)).toEqual([])
    const paths = [
      `/api/sessions/${session}`,
      '/api/sessions',
      `/api/sessions/${session}/events`,
      `/api/sessions/${session}/export`,
      `/api/sessions/${session}/outputs/${output}`,
      `/api/approvals?session=${session}`,
    ]
    for (const path of paths) {
      const { status, text } = await ask(path, vera)
      expect([path, status, shows(text)]).toEqual([path, 200, []])
    }
    const { text } = await ask(`/api/sessions/${session}/outputs/${output}`)
    expect(text).toContain('line 4000 of a long output\n‹masked: github token #')
    expect(text).toMatch(
      /\nDB_PASSWORD=‹masked: password or token #\w{4}› ‹masked: ANTHROPIC_API_KEY #\w{4}› ‹masked: badge #\w{4}›\n$/,
    )

    const database = openDatabase(`${test.data}/breakglass.db`, { readonly: true })
    const recorded = JSON.stringify(createEventsTable(database).after(session, 0, 1000))
    database.close()
    expect(shows(recorded)).toEqual(PLANTED)
    expect((await test.command(['verify'])).exitCode).toBe(0)
  })

  it('are given raw to an admin only, and the look is in the record before', async () => {
    const link = await test.request<AddedObserver>('POST', `/api/sessions/${session}/observers`, {
      ...{ label: 'vendor', minutes: 30 },
    })
    const opened = await fetch(`${test.url}/api/observe`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: test.url },
      body: JSON.stringify({ token: new URL(link.data.url).hash.slice(1) }),
    })
    const observer = { cookie: opened.headers.get('set-cookie')?.split(';')[0] ?? '' }
    const ben = as((await addOperator(test, 'ben', 'operator')).token)
    const raw = ['events?raw=true', 'export?raw=true', `outputs/${output}?raw=true`]
    for (const path of raw) {
      for (const who of [vera, ben, observer]) {
        const { status, text } = await ask(`/api/sessions/${session}/${path}`, who)
        expect([path, status, shows(text)]).toEqual([path, 403, []])
      }
    }
    expect(await looks()).toEqual([])
    for (const path of raw)
      expect(shows((await ask(`/api/sessions/${session}/${path}`)).text)).not.toEqual([])
    expect(await looks()).toMatchObject([
      { operator: 'ana', what: 'events' },
      { operator: 'ana', what: 'export' },
      { operator: 'ana', what: `output ${output}` },
    ])
  })

  it('are counted in the page, and shown to an admin who asks', async () => {
    const { page } = ana
    await page.goto(`/sessions/${session}`)
    await stands(page, 'Done')
    expect(shows(await page.content())).toEqual([])
    await page.getByText(/^\d+ secrets masked$/).waitFor()
    await transcript(page).getByText('‹masked: github token #').first().waitFor()
    await look(page, 'a session with masked secrets')
    await page.getByRole('button', { name: 'About this session' }).click()
    await page.getByRole('button', { name: 'Show raw…' }).click()
    await look(page, 'asked whether to show raw')
    await page.getByRole('button', { name: 'Show and record it' }).click()
    await page.getByRole('note', { name: 'Raw view' }).waitFor()
    await transcript(page).getByText(TOKEN).first().waitFor()
    await look(page, 'a raw view')
    await page.getByRole('button', { name: 'Mask again' }).click()
    await transcript(page).getByText('ana looked at the events of this session unmasked').last().waitFor()
    expect(shows((await transcript(page).textContent()) ?? '')).toEqual([])
    expect(ana.problems).toEqual([])
  })

  it('are not put back into a queued prompt in their masked form', async () => {
    const { id } = await test.openSession('does-as-told')
    await test.prompt(id, 'sleep 600')
    const { turn_id } = await test.prompt(id, `echo ${TOKEN}`, { queue: true })
    const [queued] = (await test.session(id)).queue
    const path = `/api/sessions/${id}/queue/${turn_id}`
    const { status, data } = await test.request('PATCH', path, { prompt: `${queued?.prompt} again` })
    expect([status, data]).toMatchObject([400, { fields: { prompt: expect.stringContaining('masked') } }])
    await test.request('DELETE', path)
    await test.request('DELETE', `/api/sessions/${id}/turns/current`)
    await test.waitFor(id, isTerminal)
  })
})
