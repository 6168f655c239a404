import type { Browser, Page } from 'playwright-core'
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

describeInBrowser('time box and budget', () => {
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

  it('the time box warns, ends, and is extended with a reason, in every page that looks', async () => {
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

  it('the budget is told of when it is used up, and changed by an admin with a reason', async () => {
    const { page } = ana
    const { id } = await test.openSession('plain-text', { budget: { turns: 1 } })
    for (const each of [page, vera.page]) {
      await each.goto(`/sessions/${id}`)
      await isLive(each)
    }
    await test.prompt(id, 'Begin')
    const spent = (each: Page) => each.getByRole('status').getByText('The budget is used up (1 of 1 turn)')
    for (const each of [page, vera.page]) await spent(each).waitFor()
    await vera.page.getByText('nothing new starts until an admin raises it.').waitFor()
    expect(await vera.page.getByRole('button', { name: /budget/ }).count()).toBe(0)
    await header(page).getByRole('button', { name: '1 of 1 turn used of the budget: change it' }).waitFor()

    await page.getByRole('button', { name: 'Change the budget…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Change the budget' })
    const change = dialog.getByRole('button', { name: 'Change', exact: true })
    expect(await dialog.getByLabel('Turns').inputValue()).toBe('1')
    await dialog.getByText('1 turn used').waitFor()
    await dialog.getByLabel('Why?').fill('The restore is slow')
    await dialog.getByLabel('Turns').fill('many')
    await dialog.getByText('Use a number, or nothing for no limit').waitFor()
    expect(await change.isDisabled()).toBe(true)
    await dialog.getByLabel('Turns').fill('3')
    await dialog.getByLabel('Dollars').fill('20')
    await dialog.getByText('1 turn → 3 turns · any cost → $20.00').waitFor()
    await change.click()
    for (const each of [page, vera.page]) {
      await transcript(each)
        .getByText('ana changed the budget to 3 turns, $20.00: The restore is slow')
        .waitFor()
      await spent(each).waitFor({ state: 'detached' })
    }
    expect((await test.session(id)).budget).toMatchObject({
      ...{ turns: { used: 1, limit: 3 }, usd: { limit: 20 }, minutes: { limit: null } },
    })
    expect([...ana.problems, ...vera.problems]).toEqual([])
  })
})
