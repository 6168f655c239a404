import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  composer,
  header,
  isLive,
  launchBrowser,
  SOON,
  stands,
  toolCard,
  transcript,
  visit,
} from '../support/browser.ts'
import { startTestConsole, type TestConsole } from '../support/console.ts'
import { describeInBrowser } from './describe-in-browser.ts'

describeInBrowser('the page for those who read it otherwise', () => {
  let test: TestConsole
  let browser: Browser
  let id: string
  beforeAll(async () => {
    test = await startTestConsole()
    browser = await launchBrowser()
    id = (await test.openSession('edit-file', { reason: 'A secret of the host: hunter2 leaks' })).id
    const { turn_id } = await test.prompt(id, 'Begin')
    await test.waitFor(id, (event) => event.kind === 'result' && event.turn_id === turn_id)
  })
  afterAll(async () => {
    await browser?.close()
    await test?.close()
  })

  it('tells those who have asked for it, and are elsewhere, by a notification that links and shows no output', async () => {
    const { page, context, problems } = await visit(browser, test)
    // Nothing shows a notification here: what the page asks the browser for is written down.
    await page.addInitScript(() => {
      const shown: unknown[] = []
      const stand = class {
        static permission = 'granted'
        static requestPermission = async () => 'granted'
        constructor(title: string, options: object) {
          shown.push({ title, ...options })
        }
      }
      Object.assign(window, { Notification: stand, shown })
    })
    const shown = () => page.evaluate(() => (window as unknown as { shown: object[] }).shown)
    const goAway = () =>
      page.evaluate(() => Object.defineProperty(document, 'visibilityState', { value: 'hidden' }))
    const session = await test.openSession('several-tools', { reason: 'The volume of pay-2 is full' })
    await page.goto(`/sessions/${session.id}`)
    await isLive(page)
    await goAway()
    await test.prompt(session.id, 'Begin')
    await stands(page, 'Done')
    expect(await shown(), 'nobody has asked for any').toEqual([])

    await page.reload()
    await isLive(page)
    await page.getByRole('button', { name: 'About this session' }).click()
    await page.getByRole('switch', { name: /^Desktop notifications/ }).click()
    await page.keyboard.press('Escape')
    await goAway()
    await test.prompt(session.id, 'Again')
    await expect
      .poll(shown, SOON)
      .toEqual([{ title: 'Done: The volume of pay-2 is full', tag: session.id, body: 'Breakglass' }])
    expect(problems).toEqual([])
    await context.close()
  })

  it('says times in UTC where that is chosen, and else in the reader’s own zone', async () => {
    const { page, context } = await visit(browser, test, { timezoneId: 'Asia/Kolkata' })
    const { at } = (await test.events(id)).find(({ kind }) => kind === 'prompt') ?? { at: '' }
    const asked = () => transcript(page).getByRole('region', { name: 'Turn 1' }).locator('time').first()
    const own = new Date(Date.parse(at) + 5.5 * 3_600_000).toISOString().slice(11, 19)
    await page.goto(`/sessions/${id}`)
    await asked().getByText(own, { exact: true }).waitFor()
    await asked().hover()
    await asked().getByText(`${own} UTC+5:30`).waitFor()
    await page.goto('/settings')
    await page.getByRole('switch', { name: /^Times in UTC/ }).click()
    await page.goto(`/sessions/${id}`)
    await asked().getByText(at.slice(11, 19), { exact: true }).waitFor()
    await context.close()
  })

  it('keeps its edges and its states where the system takes the colours away', async () => {
    const { page, context } = await visit(browser, test, { forcedColors: 'active' })
    await page.goto(`/sessions/${id}`)
    await isLive(page)
    const edge = (selector: string) =>
      page
        .locator(selector)
        .first()
        .evaluate((element) => {
          const { borderTopWidth, borderTopStyle, outlineStyle } = getComputedStyle(element)
          return (borderTopStyle !== 'none' && borderTopWidth !== '0px') || outlineStyle !== 'none'
        })
    for (const selector of [
      '[role="tab"][aria-selected="true"]',
      'a[aria-current="page"]',
      'article',
      'form',
    ])
      expect(await edge(selector), selector).toBe(true)
    await composer(page).focus()
    const outlined = await page
      .locator('form:focus-within')
      .evaluate((form) => getComputedStyle(form).outlineStyle !== 'none')
    expect(outlined, 'the focus in the composer').toBe(true)
    await stands(page, 'Done')
    await toolCard(page, /^Edit/).getByText('−', { exact: true }).first().waitFor()
    await page.goto('/settings')
    const on = page.getByRole('switch', { checked: true }).locator('span[aria-hidden]')
    const [track, thumb] = await on.evaluate((element) =>
      [element, element.firstElementChild ?? element].map((each) => getComputedStyle(each).backgroundColor),
    )
    expect(thumb, 'the thumb of a switch').not.toBe(track)
    await context.close()
  })

  it('hides no focus under its bars on a phone, and fits at twice the size', async () => {
    const { page, context } = await visit(browser, test, { viewport: { width: 320, height: 640 } })
    for (const path of [`/sessions/${id}`, '/', '/settings']) {
      await page.goto(path)
      await page.getByRole('main').waitFor()
      await page.locator('body').press('Tab')
      for (let presses = 0; presses < 40; presses += 1) {
        expect(await hidden(page), path).toBeNull()
        await page.keyboard.press('Tab')
      }
    }
    // Twice the size in a window of 1280 by 800.
    await page.setViewportSize({ width: 640, height: 400 })
    for (const path of [`/sessions/${id}`, '/', '/sessions', '/runbooks', '/settings']) {
      await page.goto(path)
      await page.getByRole('main').waitFor()
      expect(
        await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
      ).toBeLessThanOrEqual(0)
    }
    await page.goto(`/sessions/${id}`)
    await header(page).waitFor()
    const { height = 0 } = (await page.locator('[role="log"]').locator('..').boundingBox()) ?? {}
    expect(height, 'room for the transcript').toBeGreaterThan(120)
    await context.close()
  })
})

/** What has the focus and can't be seen where it stands; null where all is well. */
function hidden(page: Page): Promise<string | null> {
  return page.evaluate(() => {
    const focused = document.activeElement
    if (!focused || focused === document.body) return null
    const { left, top, width, height } = focused.getBoundingClientRect()
    if (width * height === 0) return null
    const x = left + width / 2
    const middle = Math.min(Math.max(top, 0) + Math.min(height, innerHeight) / 2, innerHeight - 1)
    const over = document.elementFromPoint(x, middle)
    const seen = over && (focused.contains(over) || over.contains(focused) || over.closest('label'))
    return seen ? null : focused.outerHTML.slice(0, 200)
  })
}
