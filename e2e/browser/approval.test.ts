import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  addOperator,
  composer,
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

describeInBrowser('a question of the agent', () => {
  let test: TestConsole
  let browser: Browser
  let ana: Visitor
  let ben: Visitor
  beforeAll(async () => {
    test = await startTestConsole({ config: 'policy: { default: ask }' })
    browser = await launchBrowser()
    ana = await visit(browser, test)
    ben = await visit(browser, test, { as: await addOperator(test, 'ben', 'operator') })
  })
  afterAll(async () => {
    await browser?.close()
    await test?.close()
  })

  it('is asked above the composer, outlives a reload, and either operator answers it', async () => {
    const { page } = ana
    const { id } = await test.openSession('several-tools')
    for (const each of [ana.page, ben.page]) {
      await each.goto(`/sessions/${id}`)
      await isLive(each)
    }
    await composer(page).fill('Look around')
    await composer(page).press('Enter')

    await question(page).getByText('pwd && ls -la').waitFor()
    await toolCard(page, /pwd && ls -la/)
      .getByText('Waiting for approval')
      .waitFor()
    await expect.poll(() => page.title(), SOON).toMatch(/^! Needs you/)
    await page.reload()
    await question(page).getByText('pwd && ls -la').waitFor()
    await ben.page.goto('/')
    const needs = ben.page.getByRole('region', { name: 'Needs you' })
    await needs.getByRole('link').filter({ hasText: 'A test of several-tools' }).click()
    await question(ben.page).getByText('pwd && ls -la').waitFor()
    await question(ben.page).getByRole('button', { name: 'Allow once' }).click()

    for (const each of [ana.page, ben.page])
      await question(each)
        .getByText(/note\.txt/)
        .first()
        .waitFor()
    await toolCard(page, /pwd && ls -la/)
      .getByText('Succeeded')
      .waitFor()
    await toolCard(page, /pwd && ls -la/)
      .getByRole('button')
      .first()
      .click()
    await toolCard(page, /pwd && ls -la/)
      .getByText(/^Allowed by ben/)
      .waitFor()

    await question(page).getByRole('button', { name: 'Deny…' }).click()
    await question(page)
      .getByRole('textbox', { name: /Why not/ })
      .fill('No notes on this host')
    await page.keyboard.press('Enter')
    const write = toolCard(page, /^Write/)
    await write.getByText('Denied', { exact: true }).waitFor()
    await write.getByText('Denied by ana: No notes on this host').waitFor()
    await toolCard(ben.page, /^Write/)
      .getByText('Denied by ana: No notes on this host')
      .waitFor()
    const denied = (await test.events(id)).filter(
      (event) => event.kind === 'approval' && event.state === 'denied',
    )
    expect(denied).toMatchObject([{ operator: 'ana', reason: 'No notes on this host' }])
    await page.getByRole('button', { name: 'Stop' }).click()
    await stands(page, 'Stopped')
    expect(await question(page).count()).toBe(0)
    expect([...ana.problems, ...ben.problems]).toEqual([])
  })

  it('is still asked after the server died, and its answer counts', async () => {
    const { page } = ana
    const { id } = await test.openSession('counter')
    await page.goto(`/sessions/${id}`)
    await isLive(page)
    await test.prompt(id, 'Count')
    await question(page)
      .getByText(/echo ran/)
      .waitFor()
    await test.kill('SIGKILL')
    await page
      .getByRole('status')
      .getByText(/^(Reconnecting|Offline)/)
      .waitFor()
    await test.start()
    await page.getByText('The server was restarted').waitFor()
    await question(page).getByRole('button', { name: 'Allow once' }).click()
    await transcript(page).getByText('I have counted to 200.').waitFor()
    await stands(page, 'Done')
    expect(ana.problems).toEqual([])
  })

  it('can be read and not answered by a viewer', async () => {
    const vic = await visit(browser, test, { as: await addOperator(test, 'vic', 'viewer') })
    const { id } = await test.openSession('failing-tool')
    await test.prompt(id, 'Begin')
    await vic.page.goto(`/sessions/${id}`)
    await question(vic.page).getByText('Only an operator or an admin can answer this.').waitFor()
    expect(await question(vic.page).getByRole('button').count()).toBe(0)
    expect(vic.problems).toEqual([])
    await vic.context.close()
  })
})

function question(page: Page): Locator {
  return page.getByRole('region', { name: 'Approval' })
}
