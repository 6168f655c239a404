import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { isTerminal } from '../../lib/event-checks.ts'
import {
  header,
  launchBrowser,
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

/** A whole drill takes half a minute, three at once on a busy machine more. */
const DRILL = { timeout: 120_000 }

describeInBrowser('a drill in the browser', () => {
  let test: TestConsole
  let browser: Browser
  let ana: Visitor
  beforeAll(async () => {
    test = await startTestConsole({ model: false })
    browser = await launchBrowser()
    ana = await visit(browser, test)
  })
  afterAll(async () => {
    await browser?.close()
    await test?.close()
  })

  it('goes from the first page to repaired, closed and read again', async () => {
    const { page } = ana
    await page.goto('/')
    await page.getByText('No model credentials were found on this host').waitFor()
    expect(await page.getByRole('button', { name: /^Start drill/ }).count()).toBe(3)
    await page.getByRole('button', { name: 'Start drill: A service does not start' }).click()
    await page.waitForURL(/\/sessions\/[0-9a-f-]{36}$/)
    const id = sessionOf(page)

    const running = toolCard(page, /svc status orders-api/)
    await running.waitFor()
    expect(await header(page).textContent()).toContain('Running')
    await expect.poll(() => page.title(), SOON).toMatch(/^● Running · /)
    await toolCard(page, /^Edit .*orders-api\.conf/).waitFor(DRILL)

    await transcript(page).getByText('Drill check passed').waitFor(DRILL)
    await stands(page, 'Done')
    expect(await page.title()).toMatch(/^✓ · A service does not start/)
    const live = await settledText(page)
    expect(live).toContain('orders-api is up again and takes orders.')

    await closeAs(page, 'Resolved', 'A capital O in pool_size; see the backup.')
    await page.getByRole('region', { name: 'How it ended' }).getByText('Resolved').waitFor()
    expect(await page.getByRole('textbox').count()).toBe(0)
    const closed = await settledText(page)
    expect(closed.startsWith(live)).toBe(true)

    await page.getByRole('link', { name: 'Sessions', exact: true }).click()
    const row = page.getByRole('row').filter({ hasText: 'A service does not start' })
    await row.getByText('Resolved').waitFor()
    expect(await row.textContent()).toContain('A capital O in pool_size')
    await row.getByRole('link', { name: 'A service does not start' }).click()
    await page.waitForURL(`**/sessions/${id}`)
    await transcript(page).getByText('closed the session as resolved').waitFor()
    expect(await settledText(page)).toBe(closed)
    await page.reload()
    await transcript(page).getByText('closed the session as resolved').waitFor()
    expect(await settledText(page)).toBe(closed)

    const events = await test.events(id)
    expect(events.filter(isTerminal)).toHaveLength(1)
    expect(ana.problems).toEqual([])
  })

  it('repairs the other two as well, both at once in two tabs', async () => {
    const titles = ['A disk filled by a runaway log', 'An expired certificate']
    const pages = await Promise.all(
      titles.map(async (title) => {
        const page = await ana.context.newPage()
        await page.goto('/')
        await page.getByRole('button', { name: `Start drill: ${title}` }).click()
        await page.waitForURL(/\/sessions\/[0-9a-f-]{36}$/)
        return page
      }),
    )
    // The log's service is stopped for it: the policy asks, as it would on a real host.
    const [log] = pages
    await log
      ?.getByRole('region', { name: 'Approval' })
      .getByRole('button', { name: 'Allow once' })
      .click(DRILL)
    for (const page of pages) {
      await transcript(page).getByText('Drill check passed').waitFor(DRILL)
      await stands(page, 'Done')
      await page.close()
    }
    expect(ana.problems).toEqual([])
  })
})

function sessionOf(page: Page): string {
  return new URL(page.url()).pathname.split('/').at(-1) ?? ''
}

async function closeAs(page: Page, outcome: string, summary: string): Promise<void> {
  await page.getByRole('button', { name: 'About this session' }).click()
  await page.getByRole('button', { name: 'Close session…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Close the session' })
  await dialog.getByRole('radio', { name: outcome }).check()
  await dialog.getByRole('textbox', { name: /What happened/ }).fill(summary)
  await dialog.getByRole('button', { name: 'Close session' }).click()
  await dialog.waitFor({ state: 'hidden' })
}

/** The transcript once two looks in a row see the same: diffs are drawn a moment after their card. */
async function settledText(page: Page): Promise<string> {
  let before = ''
  await expect
    .poll(async () => {
      const last = before
      before = await transcriptText(page)
      return before === last
    }, SOON)
    .toBe(true)
  return before
}
