// What an operator's browser takes: JavaScript of the first load, time to the composer, Enter to paint.
import type { Browser, BrowserContext, Request } from 'playwright-core'
import { isTerminal } from '../../lib/event-checks.ts'
import { launchBrowser, signIn } from '../support/browser.ts'
import { ADMIN, startTestConsole, type TestConsole } from '../support/console.ts'
import { type Figure, figure } from './figure.ts'

const NOW_COMPOSER = '#breakglass-composer'
const SESSION_COMPOSER = 'main textarea'
const SETTLE_MS = 1_000

/** @param rounds of loads, each in a browser context that has nothing cached */
export async function measurePage(rounds: number): Promise<Figure[]> {
  const test = await startTestConsole()
  const browser = await launchBrowser()
  try {
    const { id } = await test.openSession('markdown-tour')
    const { turn_id } = await test.prompt(id, 'Show what you can')
    await test.waitFor(id, (event) => event.turn_id === turn_id && isTerminal(event))
    await load(browser, test, '/', NOW_COMPOSER)
    await load(browser, test, `/sessions/${id}`, SESSION_COMPOSER)
    const first: Load[] = []
    const session: Load[] = []
    for (let round = 0; round < rounds; round++) {
      first.push(await load(browser, test, '/', NOW_COMPOSER))
      session.push(await load(browser, test, `/sessions/${id}`, SESSION_COMPOSER))
    }
    return [
      figure('Enter → prompt painted', 'ms', await enterToPaint(browser, test, rounds), { goal: 150 }),
      ...ofLoads('/', first),
      ...ofLoads('/sessions/ID', session),
    ]
  } finally {
    await browser.close()
    await test.close()
  }
}

function ofLoads(path: string, loads: readonly Load[]): Figure[] {
  return [
    figure(
      `composer visible, ${path}`,
      'ms',
      loads.map(({ composer }) => composer),
      { goal: 600 },
    ),
    figure(
      `first-load JavaScript, ${path}, raw`,
      'MB',
      loads.map(({ raw }) => raw),
      { goal: 0.9 },
    ),
    figure(
      `first-load JavaScript, ${path}, compressed`,
      'MB',
      loads.map(({ sent }) => sent),
      { goal: 0.3 },
    ),
  ]
}

/** In milliseconds since the navigation began, and megabytes. */
type Load = { composer: number; raw: number; sent: number }

async function load(browser: Browser, test: TestConsole, path: string, composer: string): Promise<Load> {
  const context = await openContext(browser, test)
  try {
    const page = await context.newPage()
    await page.addInitScript(noteFirstBox, composer)
    const scripts: Promise<{ raw: number; sent: number }>[] = []
    const take = (request: Request) => {
      if (request.resourceType() === 'script') scripts.push(sizeOf(request))
    }
    page.on('requestfinished', take)
    await page.goto(test.url + path, { waitUntil: 'load' })
    const seen = await page.waitForFunction(() => (window as Noted).breakglassSeen)
    // What the page fetches by itself right after it was loaded belongs to its first load.
    await page.waitForTimeout(SETTLE_MS)
    page.off('requestfinished', take)
    const sizes = await Promise.all(scripts)
    const sum = (of: 'raw' | 'sent') => sizes.reduce((total, size) => total + size[of], 0) / 1e6
    return { composer: Number(await seen.jsonValue()), raw: sum('raw'), sent: sum('sent') }
  } finally {
    await context.close()
  }
}

type Noted = Window & { breakglassSeen?: number; breakglassPainted?: Promise<number> }

async function sizeOf(request: Request): Promise<{ raw: number; sent: number }> {
  const response = await request.response()
  const { responseBodySize } = await request.sizes()
  return { raw: (await response?.body())?.length ?? 0, sent: responseBodySize }
}

/** Runs in the page: notes at which frame the composer has a box for the first time. */
function noteFirstBox(selector: string) {
  const look = () => {
    if (document.querySelector(selector)?.getBoundingClientRect().height) {
      ;(window as Noted).breakglassSeen = performance.now()
    } else requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
}

async function enterToPaint(browser: Browser, test: TestConsole, rounds: number): Promise<number[]> {
  const context = await openContext(browser, test)
  const times: number[] = []
  try {
    const page = await context.newPage()
    const { id } = await test.openSession('plain-text')
    await page.goto(`${test.url}/sessions/${id}`)
    await page.getByText('Live', { exact: true }).waitFor()
    for (let round = 0; round < rounds; round++) {
      const prompt = `Round ${round} of the benchmark`
      await page.locator(SESSION_COMPOSER).fill(prompt)
      await page.evaluate(notePaint, prompt)
      await page.locator(SESSION_COMPOSER).press('Enter')
      times.push(await page.evaluate(() => (window as Noted).breakglassPainted ?? Number.NaN))
      const ends = round + 1
      for (let ended = 0; ended < ends; ) {
        await page.waitForTimeout(500)
        ended = (await test.events(id)).filter(isTerminal).length
      }
      // The next process is started ahead meanwhile, as it is while an operator reads.
      await page.waitForTimeout(1_500)
    }
  } finally {
    await context.close()
  }
  return times
}

/** Runs in the page: from the key to the first frame that shows the prompt in the transcript. */
function notePaint(prompt: string) {
  ;(window as Noted).breakglassPainted = new Promise((resolve) => {
    addEventListener(
      'keydown',
      ({ timeStamp }) => {
        const look = () => {
          const isThere = document.querySelector('[role="log"]')?.textContent?.includes(prompt)
          if (!isThere) {
            requestAnimationFrame(look)
            return
          }
          // A message is handled after the frame was painted.
          const { port1, port2 } = new MessageChannel()
          port1.onmessage = () => resolve(performance.now() - timeStamp)
          port2.postMessage(null)
        }
        requestAnimationFrame(look)
      },
      { capture: true, once: true },
    )
  })
}

async function openContext(browser: Browser, test: TestConsole): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  await signIn(context, test, ADMIN)
  return context
}
