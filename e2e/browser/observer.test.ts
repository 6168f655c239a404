import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { TerminalView } from '../../lib/terminal-api.ts'
import {
  composer,
  header,
  isLive,
  launchBrowser,
  SOON,
  stands,
  toolCard,
  transcript,
  type Visitor,
  visit,
} from '../support/browser.ts'
import { startTestConsole, type TestConsole } from '../support/console.ts'
import { describeInBrowser } from './describe-in-browser.ts'

describeInBrowser('an observer link', () => {
  let test: TestConsole
  let browser: Browser
  let ana: Visitor
  let guest: Visitor
  beforeAll(async () => {
    test = await startTestConsole({
      warm: false,
      config: 'policy: { default: ask }',
      env: { SHELL: '/bin/bash' },
    })
    browser = await launchBrowser()
    ana = await visit(browser, test)
    guest = await visit(browser, test, { as: null })
  })
  afterAll(async () => {
    await browser?.close()
    await test?.close()
  })

  const share = async (page: Page, label: string) => {
    await page.getByRole('button', { name: 'About this session' }).click()
    await page.getByRole('button', { name: 'Share a read-only link…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Share a read-only link' })
    await dialog.getByLabel('Who is it for?').fill(label)
    await dialog.getByRole('button', { name: 'Make a link' }).click()
    const url = await dialog.getByRole('textbox', { name: 'The link', exact: true }).inputValue()
    return { dialog, url }
  }

  it('is made in the page, shows one session to read, and ends when it is revoked', async () => {
    const { page } = ana
    const { id } = await test.openSession('several-tools')
    const shell = await test.request<TerminalView>('POST', `/api/sessions/${id}/terminals`, { kind: 'shell' })
    await test.request('POST', `/api/terminals/${shell.data.id}/input`, { data: 'echo seen-by-a""ll\r' })
    await page.goto(`/sessions/${id}`)
    await isLive(page)
    const { dialog, url } = await share(page, 'vendor support')
    await dialog.getByText('not opened yet').waitFor()

    const refused: string[] = []
    guest.context.on('response', (response) => {
      if (response.status() === 403) refused.push(response.url())
    })
    await guest.page.goto(url)
    await guest.page.waitForURL(`${test.url}/observe/${id}`)
    await isLive(guest.page)
    await guest.page
      .getByRole('note', { name: 'Read-only view' })
      .getByText(/until \d\d:\d\d/)
      .waitFor()
    await header(page).getByText('observer: vendor support watching').waitFor()
    await transcript(page).getByText('observer: vendor support opened the link').waitFor()

    await test.prompt(id, 'Begin')
    const approval = guest.page.getByRole('region', { name: 'Approval' })
    await approval.waitFor()
    for (const name of ['Allow once', 'Deny…', 'Stop', 'Extend…', 'Close session…'])
      expect(await guest.page.getByRole('button', { name }).count(), name).toBe(0)
    expect(await composer(guest.page).count()).toBe(0)
    await guest.page.keyboard.press('Escape')
    await guest.page.getByRole('tab', { name: 'Terminal' }).click()
    await guest.page.locator('[data-screen]').getByText('seen-by-all', { exact: true }).waitFor()
    expect(await guest.page.getByRole('button', { name: /keyboard|Take|End/ }).count()).toBe(0)
    await stands(guest.page, 'Needs you')
    expect(await guest.page.getByRole('navigation').count()).toBe(0)
    expect(await linksOf(guest.page)).toEqual([])

    // The secret is in no address that a server saw, and the page asks for nothing that it may not have.
    const secret = url.split('#')[1] ?? ''
    expect(guest.requests.some((each) => new URL(each).pathname.includes(secret))).toBe(false)
    expect(guest.page.url()).not.toContain(secret)
    expect(test.output()).not.toContain(secret)
    expect(refused).toEqual([])

    await dialog.getByText(/· opened /).waitFor()
    await dialog.getByRole('button', { name: 'Revoke the link for vendor support' }).click()
    await guest.page.getByText('This link has ended. What you see is as of then.').waitFor()
    await guest.page.goto(url)
    await guest.page.getByRole('alert').getByText('This link is not valid').waitFor()
    expect([...ana.problems, ...guest.problems]).toEqual([])
    await expect.poll(() => header(page).textContent(), SOON).not.toContain('watching')
    expect(await toolCard(page, /./).count()).toBeGreaterThan(0)
  })

  async function linksOf(page: Page): Promise<string[]> {
    const addresses = await page
      .locator('a[href]')
      .evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? ''))
    return addresses.filter((address) => !address.startsWith('#') && !address.startsWith('/api/'))
  }
})
