import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { addOperator } from '../support/accounts.ts'
import { isLive, launchBrowser, showPassword, type Visitor, visit } from '../support/browser.ts'
import { startTestConsole, type TestConsole } from '../support/console.ts'
import { describeInBrowser } from './describe-in-browser.ts'

describeInBrowser('the accounts', () => {
  let test: TestConsole
  let browser: Browser
  let ana: Visitor
  let ben: Visitor
  beforeAll(async () => {
    test = await startTestConsole({ warm: false })
    browser = await launchBrowser()
    ana = await visit(browser, test)
    ben = await visit(browser, test, { as: await addOperator(test, 'ben', 'operator') })
  })
  afterAll(async () => {
    await browser?.close()
    await test?.close()
  })

  it('are locked at once and unlocked with the password, by an admin alone', async () => {
    const { page } = ana
    const { id } = await test.openSession()
    await ben.page.goto('/settings/operators')
    await ben.page.getByRole('heading', { name: 'What is broken?' }).waitFor()
    await ben.page.goto(`/sessions/${id}`)
    await isLive(ben.page)

    await page.goto('/settings')
    await page.getByRole('link', { name: 'Operators, locks and tokens' }).click()
    const row = page.getByRole('listitem').filter({ hasText: 'ben' })
    await row.getByText('in 1 browser').waitFor()
    await row.getByRole('button', { name: 'Lock ben…' }).click()
    await row.getByRole('button', { name: 'Lock ben now' }).click()
    await row.getByText('Locked', { exact: true }).waitFor()
    await ben.page.getByText('Your login has ended').waitFor()

    await row.getByRole('button', { name: 'Unlock ben' }).click()
    await page.getByRole('button', { name: 'Close', exact: true }).click()
    await page.getByText('Nothing was done: this wants your password once more').waitFor()
    await row.getByRole('button', { name: 'Unlock ben' }).click()
    await showPassword(page)
    await row.getByText('Active', { exact: true }).waitFor()

    await page.getByRole('button', { name: 'Manage ben' }).click()
    await page.getByLabel('Role').selectOption('viewer')
    await page.getByRole('button', { name: 'Change the role' }).click()
    await page.getByText('ben is viewer now').waitFor()
    await page.getByRole('button', { name: 'Close', exact: true }).click()
    await page.getByRole('button', { name: 'Add an operator…' }).click()
    await page.getByRole('textbox', { name: 'Name' }).fill('no good name')
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    await page.getByText('Use 1 to 32 letters').waitFor()
    expect([...ana.problems, ...ben.problems]).toEqual([])
  })
})
