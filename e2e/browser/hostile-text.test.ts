import { once } from 'node:events'
import { createServer } from 'node:http'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  launchBrowser,
  stands,
  toolCard,
  transcript,
  transcriptText,
  type Visitor,
  visit,
} from '../support/browser.ts'
import { startTestConsole, type TestConsole } from '../support/console.ts'
import { describeInBrowser } from './describe-in-browser.ts'

const CORPUS = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '"><svg/onload=alert(1)>',
  "'-alert(1)-'",
  '</textarea></title><script>alert(1)</script>',
  '{{constructor.constructor("alert(1)")()}}',
  '[x](javascript:alert(1))',
  '<a href="data:text/html,<script>alert(1)</script>">x</a>',
  '<iframe srcdoc="<script>parent.alert(1)</script>"></iframe>',
  '<math><mtext><style><img src=x onerror=alert(1)></style></mtext></math>',
  '\u202eevil\u202c',
]

describeInBrowser('hostile text', () => {
  let test: TestConsole
  let browser: Browser
  let ana: Visitor
  beforeAll(async () => {
    test = await startTestConsole({ warm: false })
    browser = await launchBrowser()
    ana = await visit(browser, test)
  })
  afterAll(async () => {
    await browser?.close()
    await test?.close()
  })

  it('stays text as prompt, reason, title, ticket and answer', async () => {
    const { page } = ana
    const hostile = CORPUS.join(' ')
    const { id } = await test.openSession('plain-text', {
      reason: hostile,
      title: CORPUS[1],
      ticket: CORPUS[0],
    })
    await page.goto(`/sessions/${id}`)
    for (const prompt of ['begin', hostile]) {
      await page.getByRole('textbox', { name: 'What the agent should do' }).fill(prompt)
      await page.keyboard.press('Enter')
      await stands(page, 'Done')
    }
    await transcript(page).getByText('You said:').waitFor()
    const text = await transcriptText(page)
    for (const each of CORPUS.slice(0, 3)) expect(text.split(each).length - 1).toBeGreaterThanOrEqual(3)
    expect(text, 'direction marks are shown, not obeyed').toContain('⟨U+202E⟩evil')
    for (const path of ['/', '/sessions', `/sessions?q=${encodeURIComponent(hostile)}`]) {
      await page.goto(path)
      await page.getByText('<img src=x onerror=alert(1)>').first().waitFor()
    }
    expect(ana.problems).toEqual([])
  })

  it('stays text as thought, tool, file, command and output', async () => {
    const { page } = ana
    const { id } = await test.openSession('hostile-names')
    await page.goto(`/sessions/${id}`)
    await test.prompt(id, 'begin')
    await transcript(page).getByText('This is the end.').waitFor()
    for (const name of [/onerror=alert\('tool'\)/, /onerror=alert\('file'\)/, /^Bash ls; printf/]) {
      const card = toolCard(page, name)
      await card.waitFor()
      const fold = card.getByRole('button').first()
      if ((await fold.getAttribute('aria-expanded')) === 'false') await fold.click()
    }
    await page.getByText('Thought', { exact: true }).click()
    const text = await transcriptText(page)
    for (const word of ['thought', 'text', 'image', 'svg', 'frame', 'value', 'content', 'output', 'end'])
      expect(text).toMatch(new RegExp(`alert\\(['"]${word}['"]\\)`))
    expect(await transcript(page).locator('a[href^="javascript:"], iframe, img, script').count()).toBe(0)
    await page.getByRole('tab', { name: 'Raw' }).click()
    await page.getByRole('tabpanel').getByText("alert('tool')").first().waitFor()
    expect(ana.problems).toEqual([])
  })

  it('fetches nothing: images, styles and links of the model stay where they are', async () => {
    const { page } = ana
    const asked: string[] = []
    const listener = createServer((request, response) => {
      asked.push(request.url ?? '')
      response.end()
    })
    listener.listen(0, '127.0.0.1')
    await once(listener, 'listening')
    const address = listener.address()
    const base = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
    const { id } = await test.openSession('image-exfil')
    await page.goto(`/sessions/${id}`)
    await test.prompt(id, base)
    await stands(page, 'Done')
    await transcript(page).getByText('Image not loaded: inline').waitFor()
    expect(
      await transcript(page)
        .getByText(/^Image not loaded/)
        .count(),
    ).toBe(3)
    const link = transcript(page).getByRole('link', { name: /^a link/ })
    expect(await link.textContent()).toContain(base.slice('http://'.length))
    expect(await link.getAttribute('rel')).toContain('noreferrer')
    await page.reload()
    await transcript(page).getByText('Image not loaded: inline').waitFor()
    expect(asked).toEqual([])
    expect(ana.requests.filter((url) => url.startsWith(base))).toEqual([])
    expect(ana.problems).toEqual([])
    listener.close()
  })
})
