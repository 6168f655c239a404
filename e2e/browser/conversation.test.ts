import { existsSync, readdirSync, readFileSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { PROCESS_MARKER } from '../../server/claude/process-table.ts'
import {
  composer,
  header,
  isLive,
  launchBrowser,
  occurrences,
  SOON,
  stands,
  toolCard,
  transcript,
  transcriptText,
  type Visitor,
  visit,
} from '../support/browser.ts'
import { startTestConsole, type TestConsole } from '../support/console.ts'
import { describeInBrowser } from './describe-in-browser.ts'

describeInBrowser('a conversation', () => {
  let test: TestConsole
  let browser: Browser
  let ana: Visitor
  let page: Page
  beforeAll(async () => {
    test = await startTestConsole()
    browser = await launchBrowser()
    ana = await visit(browser, test)
    page = ana.page
  })
  afterAll(async () => {
    await browser?.close()
    await test?.close()
  })

  for (const how of ['the button', 'Esc'] as const) {
    it(`stops a running tool by ${how}, says who stopped it, leaves no process, and goes on`, async () => {
      const { id } = await open('long-command')
      await say('Begin')
      const card = toolCard(page, /second/)
      await card.getByText(/second 2/).waitFor()
      const markers = markersOf(test.data, id)
      if (existsSync('/proc')) expect(markers.length).toBeGreaterThan(0)
      if (how === 'Esc') await page.keyboard.press('Escape')
      else await page.getByRole('button', { name: 'Stop' }).click()
      await transcript(page)
        .getByText(/^Stopped by ana after \d.*; nothing of it still runs$/)
        .waitFor()
      await card.getByText('Interrupted').waitFor()
      const kept = await card.getByRole('link', { name: /^Open full output/ }).getAttribute('href')
      const written = await ana.context.request.get(`${test.url}${kept}`)
      expect(await written.text(), 'what it wrote until then is kept').toMatch(/^second 1\nsecond 2\n/)
      await stands(page, 'Stopped')
      expect(await page.title()).toMatch(/^✕ Stopped · /)
      expect(markersOf(test.data, id).filter((marker) => markers.includes(marker))).toEqual([])
      expect(await page.getByRole('button', { name: 'Stop' }).count()).toBe(0)
      await say('Where were we?')
      await transcript(page).getByText('Where were we?').last().waitFor()
      await stands(page, 'Done')
      expect(await transcriptText(page)).toMatch(/You said: .*Where were we\?/s)
      expect(ana.problems).toEqual([])
    })
  }

  it('queues what is sent meanwhile: it can be read, edited, removed and sent at once', async () => {
    await open('long-command')
    await say('Begin')
    await toolCard(page, /second/)
      .getByText('second 1')
      .first()
      .waitFor()
    const queue = page.getByRole('region', { name: 'Queue' })
    await say('The first in the queue')
    await queue.getByText('The first in the queue').waitFor()
    await say('The second in the queue')
    await queue.getByText('The second in the queue').waitFor()
    expect(await composer(page).inputValue()).toBe('')

    await queue.getByRole('button', { name: 'Edit queued prompt 2' }).click()
    const editor = queue.getByRole('textbox', { name: 'Queued prompt' })
    await editor.fill('The second, in other words')
    await page.keyboard.press('Enter')
    await queue.getByText('The second, in other words').waitFor()
    await queue.getByRole('button', { name: 'Edit queued prompt 1' }).click()
    await page.keyboard.press('Escape')
    expect(await header(page).textContent(), 'Esc left the field, not the turn').toContain('Running')
    await page.reload()
    await queue.getByText('The second, in other words').waitFor()

    await queue.getByRole('button', { name: 'Remove queued prompt 1' }).click()
    await queue.getByText('The first in the queue').waitFor({ state: 'detached' })
    await queue.getByRole('button', { name: 'Send now' }).click()
    await transcript(page).getByText('You said: The second, in other words').waitFor()
    await queue.waitFor({ state: 'detached' })
    const text = await transcriptText(page)
    expect(text).toContain('Stopped by ana')
    expect(text).toContain('ana removed a queued prompt: The first in the queue')
    expect(occurrences(text, 'The second, in other words')).toBe(2)
    expect(ana.problems).toEqual([])
  })

  it('holds the queue after a stop until somebody decides', async () => {
    await open('long-command')
    await say('Begin')
    await toolCard(page, /second/)
      .getByText('second 1')
      .first()
      .waitFor()
    await say('Only if the turn before succeeds')
    const queue = page.getByRole('region', { name: 'Queue' })
    await queue.getByText('Only if the turn before succeeds').waitFor()
    await page.keyboard.press('Escape')
    await queue.getByText('Held').waitFor()
    await expect.poll(() => page.title(), SOON).toMatch(/^! Held/)
    await queue.getByRole('button', { name: 'Send next' }).click()
    await transcript(page).getByText('You said: Only if the turn before succeeds').waitFor()
    expect(ana.problems).toEqual([])
  })

  it('keeps the text of a prompt that did not reach the server, and runs it once when it is sent again', async () => {
    const { id } = await open('plain-text')
    await page.route('**/turns', (route) => route.abort())
    await say('This must not get lost')
    await page.getByRole('alert').filter({ hasText: /\S/ }).waitFor()
    expect(await composer(page).inputValue()).toBe('This must not get lost')
    await page.unroute('**/turns')

    // Now it reaches the server, and the answer gets lost.
    await page.route('**/turns', async (route) => {
      await route.fetch()
      await route.abort()
    })
    await composer(page).press('Enter')
    await transcript(page).getByText('The host is healthy.').waitFor()
    await expect.poll(() => composer(page).inputValue(), SOON).toBe('This must not get lost')
    await page.unrouteAll({ behavior: 'wait' })
    await composer(page).press('Enter')
    await expect.poll(() => composer(page).inputValue(), SOON).toBe('')
    await stands(page, 'Done')
    const prompts = (await test.events(id)).filter((event) => event.kind === 'prompt')
    expect(prompts.map((event) => event.kind === 'prompt' && event.text)).toEqual(['This must not get lost'])
    await expect.poll(async () => occurrences(await transcriptText(page), 'must not get lost'), SOON).toBe(1)
    ana.problems.length = 0
  })

  it('keeps drafts over a reload, of each session and of the first page', async () => {
    const first = await open('plain-text')
    await composer(page).fill('A draft in the first')
    await expect
      .poll(() => page.evaluate(() => JSON.stringify(localStorage)), SOON)
      .toContain('A draft in the first')
    await open('plain-text')
    expect(await composer(page).inputValue()).toBe('')
    await page.goto(`/sessions/${first.id}`)
    await expect.poll(() => composer(page).inputValue(), SOON).toBe('A draft in the first')
    await page.goto('/')
    const reason = page.getByRole('textbox', { name: 'What is broken?' })
    await reason.fill('Something is very broken')
    await page.reload()
    await expect.poll(() => reason.inputValue(), SOON).toBe('Something is very broken')
    await reason.fill('')
    expect(ana.problems).toEqual([])
  })

  it('sends by Enter, breaks by Shift+Enter, and leaves Enter to the input method', async () => {
    const { id } = await open('plain-text')
    await composer(page).focus()
    await page.keyboard.type('one')
    await page.keyboard.press('Shift+Enter')
    await page.keyboard.type('two')
    expect(await composer(page).inputValue()).toBe('one\ntwo')
    const input = await ana.context.newCDPSession(page)
    await input.send('Input.imeSetComposition', { text: 'かん', selectionStart: 2, selectionEnd: 2 })
    await input.send('Input.dispatchKeyEvent', {
      type: 'rawKeyDown',
      key: 'Process',
      code: 'Enter',
      windowsVirtualKeyCode: 229,
    })
    await input.send('Input.insertText', { text: '漢' })
    await input.detach()
    expect(await composer(page).inputValue()).toBe('one\ntwo漢')
    expect((await test.session(id)).turns).toEqual([])
    await page.keyboard.press('Enter')
    await stands(page, 'Done')
    const prompt = (await test.events(id)).find((event) => event.kind === 'prompt')
    expect(prompt).toMatchObject({ text: 'one\ntwo漢' })
    expect(ana.problems).toEqual([])
  })

  it('says in plain words when the model refuses the credential, and a retry works', async () => {
    await open('api-error-401')
    await say('Begin')
    await stands(page, 'Failed')
    await transcript(page)
      .getByText(/401|API key|authentication/i)
      .first()
      .waitFor()
    await say('Try again')
    await transcript(page).getByText('You said: Try again').waitFor()
    expect(ana.problems).toEqual([])
  })

  async function open(scenario: string) {
    const session = await test.openSession(scenario)
    await page.goto(`/sessions/${session.id}`)
    await isLive(page)
    return session
  }

  async function say(text: string) {
    await composer(page).fill(text)
    await composer(page).press('Enter')
  }
})

/** The markers of all processes that were started for a session: what a CLI starts inherits its marker. */
function markersOf(data: string, session: string): string[] {
  if (!existsSync('/proc')) return []
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const environ = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0')
        if (!environ.some((each) => each.includes(`${data}/sessions/${session}/`))) return []
        return environ.filter((each) => each.startsWith(`${PROCESS_MARKER}=`))
      } catch {
        return [] // it has ended
      }
    })
}
