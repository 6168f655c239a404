import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { launchBrowser, stands, toolCard, transcript, type Visitor, visit } from '../support/browser.ts'
import { ADMIN, startTestConsole, type TestConsole } from '../support/console.ts'
import { describeInBrowser } from './describe-in-browser.ts'

/** No control may be further away than this. */
const TABS_MAX = 80

describeInBrowser('without a mouse', () => {
  let test: TestConsole
  let browser: Browser
  let ana: Visitor
  beforeAll(async () => {
    test = await startTestConsole({ warm: false })
    browser = await launchBrowser()
    ana = await visit(browser, test, { as: null })
  })
  afterAll(async () => {
    await browser?.close()
    await test?.close()
  })

  it('an operator signs in, starts, watches, stops, closes and signs out', async () => {
    const { page } = ana
    const { keyboard } = page
    await page.goto('/login')
    await tabTo(page, page.getByRole('textbox', { name: 'Name' }))
    await keyboard.type(ADMIN.name)
    await keyboard.press('Tab')
    await keyboard.type(ADMIN.password)
    await keyboard.press('Enter')
    await page.getByRole('heading', { name: 'What is broken?' }).waitFor()

    await tabTo(page, page.getByRole('textbox', { name: 'What is broken?' }))
    await keyboard.type('The host is slow since noon')
    await tabTo(page, page.getByRole('button', { name: 'More' }))
    await keyboard.press('Enter')
    await tabTo(page, page.getByRole('textbox', { name: /^Model/ }))
    await keyboard.type('drill-long-command')
    await tabTo(page, page.getByRole('button', { name: 'Start recovery' }))
    await keyboard.press('Enter')
    await page.waitForURL(/\/sessions\/[0-9a-f-]{36}$/)
    await toolCard(page, /second/)
      .getByText('second 2')
      .first()
      .waitFor()
    await tabTo(
      page,
      toolCard(page, /second/)
        .getByRole('button')
        .first(),
    )
    await keyboard.press('Enter')
    await toolCard(page, /second/)
      .getByText('Last 8 lines, live')
      .waitFor({ state: 'detached' })
    await tabTo(page, page.getByRole('button', { name: 'Stop' }))
    await keyboard.press('Enter')
    await stands(page, 'Stopped')
    await transcript(page)
      .getByText(/^Stopped by ana/)
      .first()
      .waitFor()

    await tabTo(page, page.getByRole('button', { name: 'About this session' }))
    await keyboard.press('Enter')
    await tabTo(page, page.getByRole('button', { name: 'Close session…' }))
    await keyboard.press('Enter')
    await tabTo(page, page.getByRole('radio', { name: /^Resolved/ }))
    await keyboard.press('ArrowDown')
    await keyboard.press('ArrowDown')
    await tabTo(page, page.getByRole('button', { name: 'Close session', exact: true }))
    await keyboard.press('Enter')
    await page.getByRole('region', { name: 'How it ended' }).getByText('Abandoned').waitFor()

    await page.getByRole('dialog').waitFor({ state: 'detached' })
    const opener = page.getByRole('button', { name: 'About this session' })
    expect(await opener.evaluate((button) => button === document.activeElement)).toBe(true)
    await keyboard.press('g')
    await keyboard.press('s')
    await page.waitForURL('**/sessions')
    await keyboard.press('/')
    await keyboard.type('slow')
    await keyboard.press('Enter')
    await page.waitForURL(/q=slow/)
    await tabTo(page, page.getByRole('link', { name: 'The host is slow since noon' }))
    await keyboard.press('Enter')
    await page.getByRole('region', { name: 'How it ended' }).waitFor()
    await keyboard.press('Control+k')
    await page.getByRole('combobox', { name: 'Find' }).waitFor()
    await keyboard.type('settings')
    await page.getByRole('option', { name: 'Settings', exact: true, selected: true }).waitFor()
    await keyboard.press('Enter')
    await page.waitForURL('**/settings')
    await tabTo(page, page.getByRole('button', { name: 'Sign out' }))
    await keyboard.press('Enter')
    await page.waitForURL('**/login')
    expect(ana.problems).toEqual([])
  })

  it('single keys can be switched off, and nothing moves where less motion is asked for', async () => {
    const visitor = await visit(browser, test)
    const { page } = visitor
    await page.goto('/settings')
    await page.getByRole('switch', { name: /^Shortcuts of a single key/ }).click()
    await page.keyboard.press('?')
    await page.keyboard.press('g')
    await page.keyboard.press('n')
    await page.keyboard.press('Control+k')
    await page.getByRole('dialog', { name: 'Find' }).waitFor()
    expect(await page.getByRole('dialog', { name: 'Keys' }).count()).toBe(0)
    expect(new URL(page.url()).pathname).toBe('/settings')
    await page.keyboard.press('Escape')
    const moving = await page.evaluate(
      () =>
        [...document.querySelectorAll('*')]
          .map((element) => getComputedStyle(element))
          .filter(({ transitionDuration, animationDuration }) =>
            [transitionDuration, animationDuration].some((each) =>
              each.split(', ').some((time) => Number.parseFloat(time) > 0.01),
            ),
          ).length,
    )
    expect(moving).toBe(0)
    expect(visitor.problems).toEqual([])
    await visitor.context.close()
  })
})

/** Presses Tab until a control has the focus, and checks that its focus can be seen. */
async function tabTo(page: Page, control: Locator): Promise<void> {
  await control.waitFor()
  for (let presses = 0; presses < TABS_MAX; presses += 1) {
    if (await control.evaluate((element) => element === document.activeElement)) {
      const hidden = await control.evaluate((element) => {
        const { left, top, width, height } = element.getBoundingClientRect()
        const over = document.elementFromPoint(left + width / 2, top + height / 2)
        return !(over && (element.contains(over) || over.contains(element)))
      })
      expect(hidden, 'the focus is hidden').toBe(false)
      return
    }
    await page.keyboard.press('Tab')
  }
  throw new Error(`Tab does not reach ${control}`)
}
