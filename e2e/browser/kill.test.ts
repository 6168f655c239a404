import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { addOperator } from '../support/accounts.ts'
import {
  isLive,
  launchBrowser,
  showPassword,
  stands,
  transcript,
  type Visitor,
  visit,
} from '../support/browser.ts'
import { startTestConsole, type TestConsole } from '../support/console.ts'
import { processesOf } from '../support/trials.ts'
import { describeInBrowser } from './describe-in-browser.ts'

describeInBrowser('the kill switch in two browsers', () => {
  let test: TestConsole
  let browser: Browser
  let ana: Visitor
  let olga: Visitor
  let vera: Visitor
  beforeAll(async () => {
    test = await startTestConsole({ config: 'limits: { warm_processes: 0 }\n' })
    browser = await launchBrowser()
    ana = await visit(browser, test)
    const narrow = { viewport: { width: 320, height: 640 } }
    olga = await visit(browser, test, { as: await addOperator(test, 'olga', 'operator'), ...narrow })
    vera = await visit(browser, test, { as: await addOperator(test, 'vera', 'viewer') })
  })
  afterAll(async () => {
    await browser?.close()
    await test?.close()
  })

  const banner = (page: Page) => page.getByRole('region', { name: 'Kill switch' })

  it('is pulled by an operator on a phone, seen by everybody at once, and lifted by an admin', async () => {
    const { id } = await test.openSession('long-command')
    await ana.page.goto(`/sessions/${id}`)
    await isLive(ana.page)
    await vera.page.goto('/settings')
    await olga.page.goto('/terminals')
    await test.prompt(id, 'Go')
    await test.waitFor(id, (event) => event.kind === 'tool' && event.phase === 'call')

    await olga.page.getByRole('button', { name: 'Kill switch' }).click()
    const dialog = olga.page.getByRole('dialog', { name: 'Kill everything?' })
    await dialog.getByLabel('Reason').fill('It is deleting the wrong volume')
    await dialog.getByRole('button', { name: 'Kill everything' }).click()

    for (const { page } of [ana, olga, vera]) {
      await banner(page).getByText('It is deleting the wrong volume').waitFor()
      await banner(page).getByText('By olga').waitFor()
      await banner(page).getByText('Ended 1 turn, 0 terminals, 1 process').waitFor()
      expect(await banner(page).getByRole('button', { name: 'Lift…' }).count()).toBe(
        page === ana.page ? 1 : 0,
      )
    }
    expect(await vera.page.getByRole('button', { name: 'Kill switch' }).count()).toBe(0)
    await transcript(ana.page).getByText('olga pulled the kill switch').waitFor()
    await stands(ana.page, 'Stopped')
    expect(await processesOf(test)).toEqual([])

    await ana.page.getByRole('textbox', { name: 'What the agent should do' }).fill('Go on')
    await ana.page.keyboard.press('Enter')
    await ana.page.getByText('The kill switch was engaged by olga').waitFor()
    await ana.page.reload()
    await banner(ana.page).getByRole('button', { name: 'Lift…' }).click()
    await ana.page.getByRole('button', { name: 'Lift the kill switch' }).click()
    await showPassword(ana.page)
    for (const { page } of [ana, olga, vera]) await banner(page).waitFor({ state: 'detached' })
    await transcript(ana.page).getByText('ana lifted the kill switch').waitFor()
    for (const { problems } of [ana, olga, vera]) expect(problems).toEqual([])
  })
})
