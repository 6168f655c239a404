import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { TerminalView } from '../lib/terminal-api.ts'
import { describeInBrowser } from './browser/describe-in-browser.ts'
import { type Account, addOperator } from './support/accounts.ts'
import { launchBrowser, SOON, showPassword, type Visitor, visit } from './support/browser.ts'
import { startTestConsole, type TestConsole, until } from './support/console.ts'

/** What the page shows of the screen. */
const screenOf = (page: Page) => page.locator('[data-screen] .xterm-rows')
const textOf = (page: Page) =>
  screenOf(page).evaluate((rows) =>
    [...rows.children]
      .map((row) => row.textContent?.replaceAll('\u00a0', ' ').trimEnd())
      .join('\n')
      .trimEnd(),
  )
const ready = (page: Page) => page.locator('[data-terminal][data-ready]').waitFor()
const sent = (visitor: Visitor) => visitor.requests.filter((url) => /\/(input|size)$/.test(url))

describeInBrowser('a terminal in the page', () => {
  let test: TestConsole
  let browser: Browser
  let ana: Visitor
  let ben: Visitor
  let benAccount: Account
  let vera: Visitor
  let sessionId: string
  beforeAll(async () => {
    test = await startTestConsole({ env: { SHELL: '/bin/bash' } })
    browser = await launchBrowser()
    ana = await visit(browser, test)
    benAccount = await addOperator(test, 'ben', 'operator')
    ben = await visit(browser, test, { as: benAccount })
    vera = await visit(browser, test, { as: await addOperator(test, 'vera', 'viewer') })
    sessionId = (await test.openSession()).id
  })
  afterAll(async () => {
    await browser?.close()
    await test?.close()
  })

  const open = async () => {
    const path = `/api/sessions/${sessionId}/terminals`
    const { data } = await test.request<TerminalView>('POST', path, { kind: 'shell', cols: 100, rows: 30 })
    return data.id
  }
  const end = (id: string) => test.request('DELETE', `/api/terminals/${id}`)

  it('is opened beside the transcript, typed in, and left by its key', async () => {
    const { page } = ana
    await page.goto(`/sessions/${sessionId}`)
    await page.getByRole('tab', { name: 'Terminal' }).click()
    await page.getByRole('button', { name: 'Open a shell' }).click()
    await showPassword(page, { password: 'not this one' })
    await page.getByText('This is not the password of your account').waitFor()
    await showPassword(page)
    await ready(page)
    await page.getByText('You have the keyboard').waitFor()
    await page.keyboard.type('PS1="$ "; clear; echo typed-by-h""and; stty size')
    await page.keyboard.press('Enter')
    await screenOf(page).getByText('typed-by-hand', { exact: true }).waitFor()
    // The size follows the place it is shown in.
    await until(async () => !/^30 100$/m.test(await textOf(page)))
    await page.keyboard.press('Control+Shift+Escape')
    expect(await page.evaluate(() => document.activeElement?.closest('.xterm') === null)).toBe(true)
    const [terminal] = (await test.request<{ terminals: TerminalView[] }>('GET', '/api/terminals')).data
      .terminals
    await page.getByRole('button', { name: 'End…' }).click()
    await page.getByRole('button', { name: 'End it and all that runs in it' }).click()
    await page.locator('[data-terminal]').getByText('Ended by ana').waitFor()
    expect(terminal?.session_id).toBe(sessionId)
  })

  it('is the same for two who watch, shows the hand-over to both, and takes nothing from a viewer', async () => {
    const id = await open()
    for (const { page } of [ana, ben, vera]) await page.goto(`/terminals/${id}`)
    for (const { page } of [ana, ben, vera]) await ready(page)
    await ana.page.getByText('You have the keyboard').waitFor()
    await ben.page.getByText('ana has the keyboard').waitFor()
    const before = sent(vera).length + sent(ben).length
    await ana.page.locator('[data-screen]').click()
    await ana.page.keyboard.type(
      'PS1="$ "; clear; printf "\\e[32mgreen\\e[0m 日本語 "; seq 1 12 | tr "\\n" " "; echo fi""n',
    )
    await ana.page.keyboard.press('Enter')
    for (const { page } of [ana, ben, vera]) await screenOf(page).getByText('11 12 fin').waitFor()
    const same = async () =>
      new Set(await Promise.all([ana, ben, vera].map(({ page }) => textOf(page)))).size === 1
    await until(same)

    // Whatever is printed, and whatever a viewer presses: nothing goes back.
    for (const { page } of [ben, vera]) {
      await page.locator('[data-screen]').click()
      await page.keyboard.type('rm -rf x')
      await page.keyboard.press('Enter')
    }
    await ana.page.locator('[data-screen]').click()
    await ana.page.keyboard.type(
      `printf '\\e]0;owned\\a\\e]52;c;b3duZWQ=\\a\\e]8;;javascript:alert(1)\\aclick\\e]8;;\\a\\eP$qm\\e\\\\\\e[6n\\e[21t\\e[c'; echo; echo hos""tile`,
    )
    await ana.page.keyboard.press('Enter')
    for (const { page } of [ana, ben, vera])
      await screenOf(page).getByText('hostile', { exact: true }).waitFor()
    expect(sent(vera).length + sent(ben).length).toBe(before)
    for (const { page } of [ana, ben, vera]) expect(await page.title()).not.toContain('owned')
    expect(await vera.page.locator('[data-screen] a').count()).toBe(0)

    await ben.page.getByRole('button', { name: 'Take it over' }).click()
    await showPassword(ben.page, benAccount)
    await ben.page.getByText('You have the keyboard').waitFor()
    await ana.page.getByText('ben has the keyboard').waitFor()
    await vera.page.getByText('ben has the keyboard').waitFor()
    await ben.page.keyboard.press('Control+c')
    await ben.page.keyboard.type('clear; echo from-b""en')
    await ben.page.keyboard.press('Enter')
    for (const { page } of [ana, vera]) await screenOf(page).getByText('from-ben', { exact: true }).waitFor()
    await until(same)
    expect(await vera.page.getByRole('button', { name: /keyboard|Take|End/ }).count()).toBe(0)
    await end(id)
    for (const { page } of [ana, ben, vera]) await page.getByText('Ended by ana').waitFor()
    for (const { problems } of [ana, ben, vera]) expect(problems).toEqual([])
  })

  it('keeps keys in order while they are typed faster than they are sent', async () => {
    const id = await open()
    const { page } = ana
    await page.goto(`/terminals/${id}`)
    await ready(page)
    await page.getByText('You have the keyboard').waitFor()
    // Until the command runs, the shell reads without an echo.
    await page.keyboard.type('echo re""ady; cat > /dev/null\n')
    await screenOf(page).getByText('ready', { exact: true }).waitFor()
    const text = Array.from({ length: 60 }, (_, n) => `<${n}>`).join('')
    await page.keyboard.type(text, { delay: 0 })
    await until(async () => (await textOf(page)).replaceAll('\n', '').includes(text))
    await end(id)
  })

  it('works in ten tabs of one browser', async () => {
    const id = await open()
    const pages: Page[] = []
    for (let n = 0; n < 10; n += 1) {
      const page = await ana.context.newPage()
      await page.goto(`/terminals/${id}`)
      pages.push(page)
    }
    for (const page of pages) await ready(page)
    await test.request('POST', `/api/terminals/${id}/input`, { data: 'PS1="$ "; clear; echo ten-ta""bs\r' })
    for (const page of pages) await screenOf(page).getByText('ten-tabs', { exact: true }).waitFor(SOON)
    await until(async () => new Set(await Promise.all(pages.map(textOf))).size === 1)
    await Promise.all(pages.map((page) => page.close()))
    await end(id)
  })

  it('is played again from its recording', async () => {
    const id = await open()
    await test.request('POST', `/api/terminals/${id}/input`, {
      data: 'PS1="$ "; clear; echo played-ag""ain; exit 4\r',
    })
    await until(
      async () => (await test.request<TerminalView>('GET', `/api/terminals/${id}`)).data.ended_at !== null,
    )
    const { page } = vera
    await page.goto(`/terminals/${id}`)
    // Under reduced motion it stands at its end.
    await screenOf(page).getByText('played-again', { exact: true }).waitFor()
    await page.getByRole('slider', { name: 'Position in the recording' }).fill('0')
    await until(async () => !(await textOf(page)).includes('played-again'))
    await page.getByLabel('Speed').selectOption('8')
    await page.getByRole('button', { name: 'Play' }).click()
    await screenOf(page).getByText('played-again', { exact: true }).waitFor()
  })
})
