import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  isLive,
  launchBrowser,
  stands,
  toolCard,
  transcript,
  type Visitor,
  visit,
} from '../support/browser.ts'
import { startTestConsole, type TestConsole } from '../support/console.ts'
import { describeInBrowser } from './describe-in-browser.ts'

describeInBrowser('a tool card', () => {
  let test: TestConsole
  let browser: Browser
  let ana: Visitor
  let page: Page
  beforeAll(async () => {
    test = await startTestConsole({ warm: false })
    browser = await launchBrowser()
    ana = await visit(browser, test, { permissions: ['clipboard-read', 'clipboard-write'] })
    page = ana.page
  })
  afterAll(async () => {
    await browser?.close()
    await test?.close()
  })

  it('of a running command is open, counts, and shows the end of its output live', async () => {
    const id = await play('many-lines')
    const card = toolCard(page, /Watch the log|line/)
    await card.getByText(/^Running/).waitFor()
    expect(await isOpen(card)).toBe(true)
    await card.getByText('line 1').first().waitFor()
    await card.getByText(/^\s*0:0[2-9]$/).waitFor()
    await card.getByText('Last 8 lines, live').waitFor()
    await card.getByText('line 10', { exact: false }).waitFor()
    expect(await card.locator('pre').last().textContent()).not.toContain('line 1\n')
    await test.request('DELETE', `/api/sessions/${id}/turns/current`)
    await stands(page, 'Stopped')
    expect(ana.problems).toEqual([])
  })

  it('of a stopped command says who stopped it, links what it wrote, and has the words of the CLI behind', async () => {
    const id = await play('quiet-command')
    const card = toolCard(page, /37 jobs/)
    await card.getByText('37 jobs are left', { exact: true }).waitFor()
    // Who comes late sees it as well, though the command says nothing more.
    await page.reload()
    await card.getByText('37 jobs are left', { exact: true }).waitFor()
    await test.request('DELETE', `/api/sessions/${id}/turns/current`)
    await card.getByText(/^Stopped by ana after \d/).waitFor()
    await card.getByText('Interrupted').waitFor()
    const told = card.getByText(/^The user doesn't want to proceed/)
    expect(await told.isVisible()).toBe(false)
    await card.getByText('What the CLI told the model').click()
    await told.waitFor()
    const link = await card.getByRole('link', { name: /^Open full output/ }).getAttribute('href')
    expect(await (await ana.context.request.get(`${test.url}${link}`)).text()).toBe('37 jobs are left\n')
    expect(ana.problems).toEqual([])
  })

  it('of a failed command says its exit code and duration and is open', async () => {
    await play('failing-tool')
    await stands(page, 'Done')
    const card = toolCard(page, /missing\.txt/)
    await card.getByText('Failed (7)').waitFor()
    await card.getByText(/^\d+\.\d s$/).waitFor()
    expect(await isOpen(card)).toBe(true)
    const output = await card.textContent()
    expect(output).toContain('before the failure')
    expect(output).toContain('No such file')
    expect(ana.problems).toEqual([])
  })

  it('of a command that succeeded is folded, opens, and copies command, output and link', async () => {
    const id = await play('several-tools')
    await stands(page, 'Done')
    const card = toolCard(page, /wc -l note\.txt/)
    await card.getByText('Succeeded').waitFor()
    expect(await isOpen(card)).toBe(false)
    await fold(card)
    await card.getByText(/2 .*note\.txt/).waitFor()
    expect(await copied(card, 'Copy command')).toBe('wc -l note.txt')
    expect(await copied(card, 'Copy output')).toMatch(/^\s*2 note\.txt/)
    expect(await copied(card, 'Copy link')).toMatch(new RegExp(`^${test.url}/sessions/${id}#e-\\d+$`))
    await fold(card)
    expect(await isOpen(card)).toBe(false)
    expect(ana.problems).toEqual([])
  })

  it('of an edit shows a diff, counts its lines, and is found by its file', async () => {
    await play('edit-file')
    await stands(page, 'Done')
    const card = toolCard(page, /^Edit .*app\.conf/)
    await card.getByText('+1 −1').waitFor()
    expect(await isOpen(card)).toBe(true)
    const diff = (await card.locator('pre').last().textContent()) ?? ''
    expect(diff).toMatch(/removed: port = 80\n/)
    expect(diff).toMatch(/added: port = 8080/)
    await card.getByText('changes state').waitFor()
    await page.getByRole('tab', { name: 'Files 1' }).click()
    const files = page.getByRole('tabpanel')
    await files.getByRole('heading', { name: 'app.conf', exact: true }).waitFor()
    await files.getByRole('link', { name: /^Edit \+1 −1/ }).click()
    await expect.poll(() => page.url()).toMatch(/#e-\d+$/)
    expect(ana.problems).toEqual([])
  })

  it('draws the colours of a terminal', async () => {
    await play('ansi-output')
    await stands(page, 'Done')
    const card = toolCard(page, /printf/)
    await fold(card)
    const output = card.locator('pre').last()
    await output.getByText('green words').waitFor()
    expect(await output.textContent()).toBe('green words plain red words')
    const colours = await Promise.all(
      ['green words', 'red words', 'plain'].map((words) =>
        output
          .getByText(words)
          .last()
          .evaluate((element) => getComputedStyle(element).color),
      ),
    )
    expect(new Set(colours).size).toBe(3)
    expect(ana.problems).toEqual([])
  })

  it('of a large output shows a part and opens the whole', async () => {
    await play('big-output')
    await stands(page, 'Done')
    const card = toolCard(page, /seq -f/)
    await fold(card)
    const link = card.getByRole('link', { name: /^Open full output \(\d+ kB\)$/ })
    const whole = await ana.context.request.get(`${test.url}${await link.getAttribute('href')}`)
    expect(whole.headers()['content-type']).toBe('text/plain; charset=utf-8')
    expect((await whole.text()).trim().split('\n')).toHaveLength(4200)
    const [opened] = await Promise.all([ana.context.waitForEvent('page'), link.click()])
    await opened.getByText('line 004200').waitFor({ state: 'attached' })
    await opened.close()
    expect(ana.problems).toEqual([])
  })

  it('of a subagent holds the calls that it made', async () => {
    await play('subagent')
    await stands(page, 'Done')
    const card = toolCard(page, /Count files/).first()
    await card.getByText('1 call').waitFor()
    await fold(card)
    await card.getByRole('article', { name: /ls \| wc -l/ }).waitFor()
    expect(ana.problems).toEqual([])
  })

  it('is reached by j and k, opened by o, and changes by ] and [, none of them while somebody types', async () => {
    await play('several-tools')
    await stands(page, 'Done')
    await page.getByRole('textbox', { name: 'What the agent should do' }).press('j')
    expect(await page.getByRole('textbox', { name: 'What the agent should do' }).inputValue()).toBe('j')
    await page.getByRole('textbox', { name: 'What the agent should do' }).fill('')
    await page.evaluate(() => (document.activeElement as HTMLElement).blur())
    await page.keyboard.press(']')
    expect(await focusedText()).toContain('note.txt')
    await page.keyboard.press('j')
    await page.keyboard.press('o')
    const read = toolCard(page, /^Read/)
    expect(await isOpen(read)).toBe(true)
    await page.keyboard.press('o')
    expect(await isOpen(read)).toBe(false)
    await page.keyboard.press('k')
    expect(await focusedText()).toContain('Write')
    await page.keyboard.press('Shift+G')
    await page.keyboard.press('t')
    await page.getByRole('tab', { name: 'Terminal', selected: true }).waitFor()
    await page.keyboard.press('g')
    await page.keyboard.press('n')
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('breakglass-composer')
    expect(ana.problems).toEqual([])
  })

  async function play(scenario: string): Promise<string> {
    const { id } = await test.openSession(scenario)
    await page.goto(`/sessions/${id}`)
    await isLive(page)
    await test.prompt(id, 'Begin')
    await transcript(page).getByText('Begin').first().waitFor()
    return id
  }

  async function copied(card: Locator, button: string): Promise<string> {
    await card.getByRole('button', { name: button }).click()
    await card.getByText('Copied').waitFor()
    await card.getByText('Copied').waitFor({ state: 'detached' })
    return page.evaluate(() => navigator.clipboard.readText())
  }

  function focusedText(): Promise<string> {
    return page.evaluate(() => document.activeElement?.textContent ?? '')
  }
})

async function isOpen(card: Locator): Promise<boolean> {
  return (await card.getByRole('button').first().getAttribute('aria-expanded')) === 'true'
}

async function fold(card: Locator): Promise<void> {
  await card.getByRole('button').first().click()
}
