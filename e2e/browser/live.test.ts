import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { RecordedEvent } from '../../lib/events.ts'
import { addOperator } from '../support/accounts.ts'
import {
  composer,
  header,
  isLive,
  launchBrowser,
  occurrences,
  SOON,
  stands,
  toolCard,
  transcript,
  transcriptText,
  type Visitor,
  visit,
} from '../support/browser.ts'
import { startTestConsole, type TestConsole } from '../support/console.ts'
import { describeInBrowser } from './describe-in-browser.ts'

const TABS = 10

describeInBrowser('a live session', () => {
  let test: TestConsole
  let browser: Browser
  let ana: Visitor
  let ben: Visitor
  let long: Promise<string> | null = null
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

  it('shows a second operator in another browser the same, live, and each who else watches', async () => {
    const { id } = await test.openSession('slow-text')
    await openBoth(id)
    await header(ana.page).getByText('ben watching').waitFor()
    await header(ben.page).getByText('ana watching').waitFor()
    await composer(ana.page).fill('Tell me slowly')
    await composer(ana.page).press('Enter')
    for (const { page } of [ana, ben])
      await transcript(page).getByText('The first words of this reply').waitFor()
    const recorded = await test.events(id)
    expect(
      recorded.some((event) => event.kind === 'text'),
      'partial text is not in the record',
    ).toBe(false)
    for (const { page } of [ana, ben]) await stands(page, 'Done')
    expect(await transcriptText(ben.page)).toBe(await transcriptText(ana.page))
    expect(await transcriptText(ben.page)).toContain('forty pieces of ten characters each, and here it ends.')
    expect([...ana.problems, ...ben.problems]).toEqual([])
  })

  it('shows both the output of a running command as it grows, and either can stop it', async () => {
    const { id } = await test.openSession('long-command')
    await openBoth(id)
    await composer(ana.page).fill('Begin')
    await composer(ana.page).press('Enter')
    for (const { page } of [ana, ben]) {
      const card = toolCard(page, /second/)
      await card.getByText(/^second 1\nsecond 2/).waitFor()
      await card.getByText('Last 8 lines, live').waitFor()
      await expect.poll(() => page.title(), SOON).toMatch(/^● Running/)
    }
    await ben.page.getByRole('button', { name: 'Stop' }).click()
    for (const { page } of [ana, ben])
      await transcript(page)
        .getByText(/^Stopped by ben after/)
        .first()
        .waitFor()
    expect(await transcriptText(ben.page)).toBe(await transcriptText(ana.page))
    expect([...ana.problems, ...ben.problems]).toEqual([])
  })

  it('has no gap and no repeat when the page is reloaded in the middle of a turn', async () => {
    const { page } = ana
    const { id } = await test.openSession('counter')
    await page.goto(`/sessions/${id}`)
    await isLive(page)
    await test.prompt(id, 'Count')
    await toolCard(page, /count/)
      .getByText(/count \d/)
      .waitFor()
    await page.reload()
    await toolCard(page, /count/)
      .getByText(/count \d/)
      .waitFor()
    await page.reload()
    await stands(page, 'Done')
    await sameAsRecord(page, await test.events(id))
    const seen = await transcriptText(page)
    await page.reload()
    await expect.poll(() => transcriptText(page), SOON).toBe(seen)
    expect(ana.problems).toEqual([])
  })

  for (const shared of [true, false]) {
    it(`keeps ten tabs of one browser live ${shared ? 'over one connection' : 'as far as it can without a SharedWorker'}`, async () => {
      const many = await visit(browser, test)
      const count = shared ? TABS : 3
      // Without the worker each tab has a connection of its own, of the six that a browser grants.
      if (!shared) await many.context.addInitScript(() => Reflect.deleteProperty(window, 'SharedWorker'))
      const { id } = await test.openSession('slow-text')
      const pages = [many.page]
      while (pages.length < count) pages.push(await many.context.newPage())
      for (const page of pages) await page.goto(`/sessions/${id}`)
      for (const page of pages) await isLive(page)
      await test.prompt(id, 'Tell me slowly')
      await Promise.all(pages.map((page) => transcript(page).getByText('The first words').waitFor()))
      const one = await many.context.newPage()
      await one.goto('/sessions')
      await one.getByRole('heading', { name: 'Sessions', exact: true }).waitFor()
      await Promise.all(pages.map((page) => stands(page, 'Done')))
      const texts = await Promise.all(pages.map(transcriptText))
      expect(new Set(texts).size).toBe(1)
      const own = many.requests.filter((url) => url.includes('/api/stream'))
      if (shared) expect(own, 'no tab has a stream of its own').toEqual([])
      else expect(own.length).toBeGreaterThanOrEqual(count)
      expect(many.problems).toEqual([])
      await many.context.close()
    })
  }

  it('lets go of the end when the reader scrolls up, counts what is new, and jumps back', async () => {
    const { page } = ana
    const id = await longSession()
    await page.goto(`/sessions/${id}`)
    await isLive(page)
    await expect.poll(() => distanceFromEnd(page), SOON).toBeLessThan(2)
    const jump = page.getByRole('button', { name: /^Jump to latest/ })
    expect(await jump.count()).toBe(0)
    await transcript(page).hover()
    await page.mouse.wheel(0, -900)
    await jump.waitFor()
    const before = await topText(page)
    const { turn_id } = await test.prompt(id, 'Something new')
    await test.waitFor(id, (event) => event.turn_id === turn_id && event.kind === 'result')
    await page.getByRole('button', { name: /^Jump to latest \(\d+ new\)$/ }).waitFor()
    await transcript(page).getByText('You said: Something new').waitFor({ state: 'attached' })
    expect(await topText(page)).toBe(before)
    await jump.click()
    await expect.poll(() => distanceFromEnd(page), SOON).toBeLessThan(2)
    await jump.waitFor({ state: 'detached' })
    await test.prompt(id, 'And this it follows')
    await transcript(page).getByText('You said: And this it follows').waitFor()
    await expect.poll(() => distanceFromEnd(page), SOON).toBeLessThan(2)
    expect(ana.problems).toEqual([])
  })

  it('stays at the end when the window changes its size while a turn writes', async () => {
    const { page } = ana
    const { id } = await test.openSession('slow-text')
    await page.goto(`/sessions/${id}`)
    await isLive(page)
    const lines = Array.from({ length: 60 }, (_, line) => `Line ${line} of a long prompt`)
    await test.prompt(id, lines.join('\n'))
    await transcript(page).getByText('The first words').waitFor()
    for (const width of [1440, 768, 320, 1280]) {
      await page.setViewportSize({ width, height: width === 320 ? 400 : 800 })
      await expect.poll(() => distanceFromEnd(page), SOON).toBeLessThan(2)
    }
    await stands(page, 'Done')
    await expect.poll(() => distanceFromEnd(page), SOON).toBeLessThan(2)
    expect(await page.getByRole('button', { name: /^Jump to latest/ }).count()).toBe(0)
    expect(ana.problems).toEqual([])
  })

  it('opens at the event that a link names, and stays there', async () => {
    const { page } = ana
    const id = await longSession()
    const events = await test.events(id)
    const second = events.filter((event) => event.kind === 'prompt')[1]
    await page.goto('/sessions')
    await page.goto(`/sessions/${id}#e-${second?.seq}`)
    const named = transcript(page).getByText('Prompt number 2').first()
    await named.waitFor()
    await expect.poll(() => inSight(page, 'Prompt number 2'), SOON).toBe(true)
    await page.getByRole('button', { name: /^Jump to latest/ }).waitFor()
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.textContent ?? ''), SOON)
      .toContain('Prompt number 2')
    await test.prompt(id, 'Something newer')
    await transcript(page).getByText('You said: Something newer').waitFor({ state: 'attached' })
    expect(await inSight(page, 'Prompt number 2')).toBe(true)
    expect(ana.problems).toEqual([])
  })

  async function openBoth(id: string) {
    for (const { page } of [ana, ben]) {
      await page.goto(`/sessions/${id}`)
      await isLive(page)
    }
  }

  /** Five prompts of a screen each; made once. */
  function longSession(): Promise<string> {
    long ??= makeLongSession()
    return long
  }

  async function makeLongSession(): Promise<string> {
    const { id } = await test.openSession('plain-text')
    for (let number = 1; number <= 5; number += 1) {
      const lines = Array.from({ length: 25 }, (_, line) => `Line ${line} of prompt ${number}`)
      const { turn_id } = await test.prompt(id, [`Prompt number ${number}`, ...lines].join('\n'))
      await test.waitFor(id, (event) => event.turn_id === turn_id && event.kind === 'result')
    }
    return id
  }
})

/** Every text, call and prompt of the record stands in the transcript, once and in order. */
async function sameAsRecord(page: Page, events: RecordedEvent[]): Promise<void> {
  const text = await transcriptText(page)
  const said = events.flatMap((event) => {
    if (event.kind === 'prompt' || (event.kind === 'text' && !event.thinking)) return [event.text]
    return []
  })
  let from = 0
  for (const each of said) {
    expect(occurrences(text, each)).toBe(1)
    expect(text.indexOf(each)).toBeGreaterThanOrEqual(from)
    from = text.indexOf(each)
  }
  const calls = events.filter((event) => event.kind === 'tool' && event.phase === 'call')
  expect(await transcript(page).getByRole('article').count()).toBe(calls.length)
}

function distanceFromEnd(page: Page): Promise<number> {
  return transcript(page).evaluate((log) => {
    const area = log.parentElement
    return area ? area.scrollHeight - area.scrollTop - area.clientHeight : -1
  })
}

/** What stands at the upper edge of the transcript's window. */
function topText(page: Page): Promise<string> {
  return transcript(page).evaluate((log) => {
    const { left, top, width } = log.parentElement?.getBoundingClientRect() ?? new DOMRect()
    const caret = document.caretPositionFromPoint(left + width / 3, top + 60)
    return `${caret?.offsetNode.textContent?.slice(0, 200)}@${caret?.offset}`
  })
}

function inSight(page: Page, words: string): Promise<boolean> {
  return transcript(page)
    .getByText(words)
    .first()
    .evaluate((element) => {
      const area = element.closest('[role="log"]')?.parentElement?.getBoundingClientRect() ?? new DOMRect()
      const { top } = element.getBoundingClientRect()
      return top >= area.top && top < area.bottom
    })
}
