import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { addOperator } from '../support/accounts.ts'
import {
  composer,
  header,
  isLive,
  launchBrowser,
  stands,
  transcript,
  type Visitor,
  visit,
} from '../support/browser.ts'
import { startTestConsole, type TestConsole } from '../support/console.ts'
import { setEnd } from '../support/trials.ts'
import { describeInBrowser } from './describe-in-browser.ts'

describeInBrowser('the time box', () => {
  let test: TestConsole
  let browser: Browser
  let ana: Visitor
  let vera: Visitor
  beforeAll(async () => {
    test = await startTestConsole({ warm: false })
    browser = await launchBrowser()
    ana = await visit(browser, test)
    vera = await visit(browser, test, { as: await addOperator(test, 'vera', 'viewer') })
  })
  afterAll(async () => {
    await browser?.close()
    await test?.close()
  })

  it('warns, ends, and is extended with a reason, in every page that looks', async () => {
    const { page } = ana
    const { id } = await test.openSession('long-command', { minutes: 60 })
    for (const each of [page, vera.page]) {
      await each.goto(`/sessions/${id}`)
      await isLive(each)
      await header(each)
        .getByText(/^59:\d\d left$/)
        .waitFor()
    }
    await composer(page).fill('A thought that is not sent')
    setEnd(test, id, Date.now() + 8 * 60_000)
    for (const each of [page, vera.page]) {
      await each.getByRole('status').getByText('This session ends soon').waitFor()
      await header(each)
        .getByText(/^7:\d\d left$/)
        .waitFor()
    }
    expect(await vera.page.getByRole('button', { name: /xtend/ }).count()).toBe(0)

    await test.prompt(id, 'Begin')
    await page.getByRole('button', { name: 'Stop' }).waitFor()
    setEnd(test, id, Date.now() - 1000)
    for (const each of [page, vera.page]) {
      const area = each.getByRole('region', { name: 'Time is up' })
      await area.getByText(/The turn that runs is stopped in \d:\d\d/).waitFor()
      await transcript(each).getByText('The time box of this session is over').waitFor()
    }
    await page.getByRole('region', { name: 'Time is up' }).getByRole('button', { name: 'Stop' }).click()
    await stands(page, 'Time is up')
    await stands(vera.page, 'Time is up')
    expect(await page.title()).toContain('Time is up')
    expect(await composer(page).count()).toBe(0)

    await page.getByRole('button', { name: 'Extend with a reason…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Extend the time box' })
    expect(await dialog.getByRole('button', { name: 'Extend', exact: true }).isDisabled()).toBe(true)
    await dialog.getByText('2 hours').click()
    await dialog.getByLabel('Why does it take longer?').fill('The restore is slow')
    await dialog.getByRole('button', { name: 'Extend', exact: true }).click()
    for (const each of [page, vera.page]) {
      await transcript(each)
        .getByText(/ana gave it 120 more minutes: The restore is slow/)
        .waitFor()
      await header(each)
        .getByText(/^(2 h 00|1 h \d\d) min left$/)
        .waitFor()
    }
    expect(await composer(page).inputValue()).toBe('A thought that is not sent')
    expect([...ana.problems, ...vera.problems]).toEqual([])
  })
})
