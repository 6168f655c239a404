import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { launchBrowser, type Visitor, visit } from '../support/browser.ts'
import { startTestConsole, type TestConsole } from '../support/console.ts'
import { describeInBrowser } from './describe-in-browser.ts'

describeInBrowser('the first account', () => {
  let test: TestConsole
  let browser: Browser
  let first: Visitor
  let link: string
  beforeAll(async () => {
    test = await startTestConsole({ account: false, model: false })
    browser = await launchBrowser()
    first = await visit(browser, test, { as: null })
    link = /http:\S+\/setup#\S+/.exec(test.output())?.[0] ?? ''
  })
  afterAll(async () => {
    await browser?.close()
    await test?.close()
  })

  it('is asked for on every page while there is none', async () => {
    const { page } = first
    await page.goto('/sessions')
    expect(new URL(page.url()).pathname).toBe('/setup')
    await page.getByRole('heading', { name: 'Make the first account' }).waitFor()
    await page.getByLabel('Set-up token').waitFor()
  })

  it('is refused by the field, in words, when name or password breaks a rule', async () => {
    const { page } = first
    await page.goto(link)
    await page.getByLabel('Set-up token').waitFor({ state: 'detached' })
    await page.reload()
    await page.getByLabel('Set-up token').waitFor({ state: 'detached' })
    await fillIn(page, 'no spaces please', 'short')
    await page.getByText('7 more of at least 12 characters').waitFor()
    await page.getByRole('button', { name: 'Make the account' }).click()
    await page.getByText('Use at least 12 characters').waitFor()
    await page.getByText(/^Use 1 to 32 letters, digits/).waitFor()
    expect(await isInvalid(page, 'Name')).toBe(true)
    expect(await isInvalid(page, 'Password')).toBe(true)
    const described = page.getByRole('textbox', { name: 'Password', exact: true })
    expect(await described.getAttribute('aria-describedby')).toContain('password-error')
  })

  it('is made with the printed link and signs its owner in', async () => {
    const { page } = first
    await fillIn(page, 'ana', 'correct horse battery')
    await page.getByText('Long enough').waitFor()
    await page.getByRole('button', { name: 'Make the account' }).click()
    await page.waitForURL(`${test.url}/`)
    await page.getByRole('heading', { name: 'What is broken?' }).waitFor()
    await page.goto('/settings')
    await page.getByText('Admin: everything an operator does').waitFor()
    await page.goBack()
    expect(page.url(), 'the link is not in the history').not.toContain('#')
    await page.goBack()
    expect(page.url()).not.toContain('#')
    expect(first.problems).toEqual([])
  })

  it('can be made with the link only once', async () => {
    const second = await visit(browser, test, { as: null })
    await second.page.goto(link)
    await second.page.getByRole('heading', { name: 'Sign in' }).waitFor()
    const refused = await second.context.request.post(`${test.url}/api/setup`, {
      data: { token: link.split('#')[1], name: 'mallory', password: 'correct horse battery' },
      headers: { origin: test.url },
    })
    expect(refused.status()).toBe(409)
    expect(await refused.json()).toMatchObject({ code: 'already_set_up' })
    await second.context.close()
  })
})

async function fillIn(page: Page, name: string, password: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Name' }).fill(name)
  await page.getByRole('textbox', { name: 'Password', exact: true }).fill(password)
}

async function isInvalid(page: Page, name: string): Promise<boolean> {
  const field = page.getByRole('textbox', { name, exact: true })
  return (await field.getAttribute('aria-invalid')) === 'true'
}
