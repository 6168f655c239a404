import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { isTerminal } from '../../lib/event-checks.ts'
import {
  composer,
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

/** How far the command has counted when the server dies. */
const POINTS = Array.from({ length: 3 }, (_, third) => third * 60 + Math.ceil(Math.random() * 60))

describeInBrowser('a server that is killed under an open page', () => {
  let test: TestConsole
  let browser: Browser
  let ana: Visitor
  beforeAll(async () => {
    test = await startTestConsole()
    browser = await launchBrowser()
    ana = await visit(browser, test)
  })
  afterAll(async () => {
    await browser?.close()
    await test?.close()
  })

  for (const point of POINTS) {
    it(`loses nothing when it dies at ${point} of 200`, async () => {
      const { page } = ana
      const { id, workspace } = await test.openSession('counter')
      await page.goto(`/sessions/${id}`)
      await isLive(page)
      await composer(page).fill('Count')
      await composer(page).press('Enter')
      await expect.poll(() => counted(page), SOON).toBeGreaterThanOrEqual(point)
      await test.kill('SIGKILL')
      await page
        .getByRole('status')
        .getByText(/^(Reconnecting|Offline)/)
        .waitFor()
      await composer(page).fill('Typed while the server is away')
      await test.start()
      await page.getByText(/The server was restarted\. (Caught up|Connected again)/).waitFor()
      await stands(page, 'Done')
      await transcript(page).getByText('I have counted to 200.').waitFor()
      await transcript(page).getByText('The turn was taken up again').waitFor()
      expect(await composer(page).inputValue()).toBe('Typed while the server is away')
      await composer(page).fill('')

      const seen = await transcriptText(page)
      for (const words of ['I count to 200.', 'I have counted to 200.'])
        expect(occurrences(seen, words)).toBe(1)
      expect(await transcript(page).getByRole('article').count()).toBe(1)
      expect(await toolCard(page, /count/).textContent()).toContain('Succeeded')
      await page.reload()
      await expect.poll(() => transcriptText(page), SOON).toBe(seen)
      expect(readFileSync(join(workspace, 'ran.txt'), 'utf8')).toBe('ran\n')
      expect((await test.events(id)).filter(isTerminal)).toMatchObject([{ outcome: 'success' }])
      expect(ana.problems).toEqual([])
    })
  }

  it('lets an operator stop a turn that was taken up again', async () => {
    const { page } = ana
    const { id } = await test.openSession('long-command')
    await page.goto(`/sessions/${id}`)
    await isLive(page)
    await composer(page).fill('Begin')
    await composer(page).press('Enter')
    await toolCard(page, /second/)
      .getByText('second 1')
      .first()
      .waitFor()
    await test.kill('SIGKILL')
    await test.start()
    await page.getByText('The server was restarted').waitFor()
    await page.getByRole('button', { name: 'Stop' }).click()
    await transcript(page)
      .getByText(/^Stopped by ana after .*; nothing of it still runs$/)
      .waitFor()
    await stands(page, 'Stopped')
    await composer(page).fill('And now?')
    await composer(page).press('Enter')
    await transcript(page)
      .getByText(/^You said: /)
      .waitFor()
    await stands(page, 'Done')
    expect(ana.problems).toEqual([])
  })

  it('keeps standing when a part of the page is asked for that was not loaded before', async () => {
    // A browser that has cached nothing, too narrow for the inspector: that and the dialog have not been needed yet.
    const { context, page, problems } = await visit(browser, test)
    await page.setViewportSize({ width: 1000, height: 800 })
    const { id } = await test.openSession('plain-text')
    await page.goto(`/sessions/${id}`)
    await isLive(page)
    await test.kill('SIGKILL')
    await page.setViewportSize({ width: 1280, height: 800 })
    await page.getByText('Loading the inspector…').waitFor()
    await page.getByRole('button', { name: 'About this session' }).click()
    await page
      .getByRole('status')
      .getByText(/^(Reconnecting|Offline)/)
      .waitFor()
    expect(await composer(page).count()).toBe(1)
    await test.start()
    await page.getByRole('dialog', { name: 'About this session' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('tab', { name: 'Timeline' }).waitFor()
    expect(problems).toEqual([])
    await context.close()
  })

  it('says on the first page as well that it does not answer, and tells when it is back', async () => {
    const { page } = ana
    await page.goto('/')
    await page.getByRole('heading', { name: 'What is broken?' }).waitFor()
    await test.kill('SIGKILL')
    // The first where the stream had not begun when the server died.
    const told = page.getByText(/The console (does not answer|has not answered since)/)
    await told.waitFor()
    await test.start()
    await told.waitFor({ state: 'detached' })
    expect(ana.problems).toEqual([])
  })
})

/** The highest number that the running command has shown. */
async function counted(page: Page): Promise<number> {
  const text = (await transcriptText(page)).matchAll(/count (\d+)/g)
  return Math.max(0, ...[...text].map(([, number]) => Number(number)))
}
