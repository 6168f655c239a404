// What a terminal takes: from a key to its echo on the page, and what `yes` at full speed does to everybody else.
import type { Page } from 'playwright-core'
import type { TerminalView } from '../../lib/terminal-api.ts'
import { launchBrowser, visit } from '../support/browser.ts'
import { startTestConsole, type TestConsole } from '../support/console.ts'
import { type Figure, figure } from './figure.ts'
import { residentMegabytes } from './memory.ts'
import { now } from './subscriber.ts'

const YES_MS = 10_000
const PAUSE_MS = 60

/** @param keys typed one after the other */
export async function measureTerminals(keys: number): Promise<Figure[]> {
  const test = await startTestConsole({ env: { SHELL: '/bin/bash' } })
  const browser = await launchBrowser()
  try {
    const { id: sessionId } = await test.openSession()
    const { data: shell } = await test.request<TerminalView>('POST', `/api/sessions/${sessionId}/terminals`, {
      kind: 'shell',
    })
    const { page } = await visit(browser, test)
    await page.goto(`/terminals/${shell.id}`)
    await page.locator('[data-terminal][data-ready]').waitFor()
    await page.locator('[data-screen]').click()
    await page.keyboard.type('cat\n')
    await page.waitForTimeout(500)
    const echoes: number[] = []
    for (let key = 0; key < keys; key++) echoes.push(await echo(page, 'abcdefghij'[key % 10] ?? 'x'))
    await page.keyboard.press('Control+c')
    return [
      figure('keystroke → echo on the page', 'ms', echoes, { goal: 10 }),
      figure('keystroke → echo on the page', 'ms', echoes, { goal: 40, at: 0.99 }),
      ...(await measureYes(test, page)),
    ]
  } finally {
    await browser.close()
    await test.close()
  }
}

/** From the key's event in the page to the change of the screen that it causes. */
async function echo(page: Page, key: string): Promise<number> {
  const took = page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        let pressed = 0
        addEventListener('keydown', ({ timeStamp }) => (pressed = timeStamp), { capture: true, once: true })
        const rows = document.querySelector('[data-screen] .xterm-rows')
        if (!rows) throw new Error('There is no screen')
        const observer = new MutationObserver(() => {
          if (pressed === 0) return
          observer.disconnect()
          resolve(performance.now() - pressed)
        })
        observer.observe(rows, { childList: true, subtree: true, characterData: true })
      }),
  )
  await page.waitForTimeout(PAUSE_MS) // a blink of the cursor between two keys would count as an echo
  await page.keyboard.press(key)
  return took
}

/** Ten seconds of `yes` in the terminal that a page shows: memory before and after, and how long the console takes to answer. */
async function measureYes(test: TestConsole, page: Page): Promise<Figure[]> {
  const pid = test.process().pid ?? 0
  const before = residentMegabytes(pid)
  const answers: number[] = []
  const grown: number[] = []
  await page.keyboard.type('yes\n')
  for (const end = now() + YES_MS; now() < end; ) {
    const begun = now()
    await test.request('GET', '/api/sessions')
    answers.push(now() - begun)
    const held = residentMegabytes(pid)
    if (held !== null && before !== null) grown.push(held - before)
    await page.waitForTimeout(100)
  }
  await page.keyboard.press('Control+c')
  return [
    figure('`yes` for 10 s: the console answers a request', 'ms', answers, { goal: 100, at: 0.99 }),
    ...(before === null
      ? []
      : [figure('`yes` for 10 s: memory the server gained', 'MB', grown, { goal: 32, at: 1 })]),
  ]
}
