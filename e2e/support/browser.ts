// Real Chromium for a test: found on this machine, watched for whatever no page of the console may ever do.
import { existsSync } from 'node:fs'
import { userInfo } from 'node:os'
import { delimiter, isAbsolute, join } from 'node:path'
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Locator,
  type Page,
} from 'playwright-core'
import { readEnvironment } from '../../server/environment.ts'
import { ADMIN, type TestConsole } from './console.ts'

/** Where a Chromium is looked for: names on the PATH, and places where installers put one. */
export const PLACES = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  '/opt/google/chrome/chrome',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
] as const

/** What a condition of a page is waited for, in milliseconds: long, since a machine under test may be a busy one. */
export const SOON = { timeout: 20_000 } as const

/** A browser's context with one page, and all that it did: what it asked for, and what it must not have done. */
export type Visitor = {
  context: BrowserContext
  page: Page
  /** Every address asked for by its pages, in order. */
  requests: string[]
  /** Refusals by the content security policy, uncaught errors, dialogs, requests that leave loopback. */
  problems: string[]
}

/** The path of a Chromium on this machine, or null. */
export function findBrowser(): string | null {
  const directories = (readEnvironment().inherited.PATH ?? '').split(delimiter).concat('/usr/bin')
  for (const place of PLACES) {
    const paths = isAbsolute(place) ? [place] : directories.map((directory) => join(directory, place))
    const found = paths.find((path) => existsSync(path))
    if (found) return found
  }
  return null
}

/** @throws Error when there is no browser */
export function launchBrowser(): Promise<Browser> {
  const executablePath = findBrowser()
  if (executablePath === null) throw new Error(`No browser was found: looked for ${PLACES.join(', ')}`)
  return chromium.launch({
    executablePath,
    args: [
      // Chromium refuses to sandbox itself for root.
      ...(userInfo().uid === 0 ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--disable-background-networking',
      '--no-first-run',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}

/** A browser of its own, signed in unless `as` is null. */
export async function visit(
  browser: Browser,
  test: TestConsole,
  options: BrowserContextOptions & { as?: { name: string; password: string } | null } = {},
): Promise<Visitor> {
  const { as = ADMIN, ...contextOptions } = options
  const context = await browser.newContext({
    baseURL: test.url,
    viewport: { width: 1280, height: 800 },
    colorScheme: 'dark',
    reducedMotion: 'reduce',
    timezoneId: 'UTC',
    locale: 'en-GB',
    ...contextOptions,
  })
  context.setDefaultTimeout(SOON.timeout)
  const visitor = watch(context)
  context.on('page', waitForControls)
  if (as) await signIn(context, test, as)
  return { ...visitor, page: await context.newPage() }
}

/** Makes the page's `goto` and `reload` return when its controls answer, not when they can merely be seen. */
function waitForControls(page: Page): void {
  for (const method of ['goto', 'reload'] as const) {
    const go = page[method].bind(page) as (...given: unknown[]) => ReturnType<Page['goto']>
    page[method] = async (...given: unknown[]) => {
      const response = await go(...given)
      await controlsAnswer(page)
      return response
    }
  }
}

/** Waits until React has taken over every control that the server sent: what is pressed earlier, nobody hears. */
async function controlsAnswer(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    if (!document.querySelector('script[src*="/_next/"]')) return true
    // A terminal's own field is not React's.
    const controls = [
      ...document.querySelectorAll(':is(body, button, input, textarea, select):not(.xterm *)'),
    ]
    return controls.every((control) => Object.keys(control).some((key) => key.startsWith('__reactProps$')))
  })
  // The keys are heard a moment later: React's effects run once the page is idle.
  await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)))
}

/** Signs a context in without its form; every page opened later has the cookie. */
export async function signIn(
  context: BrowserContext,
  test: TestConsole,
  { name, password }: { name: string; password: string },
): Promise<void> {
  const answer = await context.request.post(`${test.url}/api/logins`, {
    data: { name, password },
    headers: { origin: test.url },
  })
  if (answer.status() !== 201) throw new Error(`Signing in gave ${answer.status()}: ${await answer.text()}`)
}

/** Shows the password again where the page asks for it. */
export async function showPassword(page: Page, { password }: { password: string } = ADMIN): Promise<void> {
  const dialog = page.getByRole('dialog', { name: 'Your password once more' })
  await dialog.getByRole('textbox', { name: 'Password' }).fill(password)
  await dialog.getByRole('button', { name: 'Go on' }).click()
}

function watch(context: BrowserContext): Omit<Visitor, 'page'> {
  const requests: string[] = []
  const problems: string[] = []
  context.on('request', (request) => {
    const url = request.url()
    requests.push(url)
    if (!isLocal(url)) problems.push(`A request left loopback: ${url}`)
  })
  context.on('console', (message) => {
    const text = message.text()
    // Refused answers and a console that is down are written there too: those the tests ask for.
    if (message.type() === 'error' && !/^Failed to load resource|net::ERR_/.test(text))
      problems.push(`On the browser's console: ${text}`)
  })
  context.on('weberror', (error) => problems.push(`Uncaught: ${error.error().message}`))
  context.on('dialog', (dialog) => {
    problems.push(`A dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  return { context, requests, problems }
}

function isLocal(url: string): boolean {
  const { protocol, hostname } = new URL(url)
  return protocol === 'data:' || protocol === 'blob:' || hostname === '127.0.0.1'
}

/** The record as the page shows it. */
export function transcript(page: Page): Locator {
  return page.getByRole('log', { name: 'Transcript' })
}

/** All of the transcript's words, also of what is out of sight. */
export async function transcriptText(page: Page): Promise<string> {
  return (await transcript(page).textContent()) ?? ''
}

/** The card of a tool call, by words of its command or path. */
export function toolCard(page: Page, words: string | RegExp): Locator {
  return transcript(page).getByRole('article', { name: words })
}

/** The line above a session: its title, how it stands, what it costs, who else watches. */
export function header(page: Page): Locator {
  return page.getByRole('main').locator('header')
}

/** Waits until the session stands as a word of the header says: `Running`, `Done`, `Stopped`. */
export async function stands(page: Page, word: string): Promise<void> {
  await header(page).getByText(word, { exact: true }).waitFor()
}

/** Where the next prompt is written. */
export function composer(page: Page): Locator {
  return page.getByRole('textbox', { name: 'What the agent should do' })
}

/** Waits until the page is live: what it shows from then on comes by the stream. */
export async function isLive(page: Page): Promise<void> {
  await page.getByText('Live', { exact: true }).waitFor()
}

/** How often words occur in a text. */
export function occurrences(text: string, words: string): number {
  return text.split(words).length - 1
}
