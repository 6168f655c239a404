// Questions of the agent, as a page shows them.
import type { Locator, Page } from 'playwright-core'
import { isLive } from './browser.ts'
import type { TestConsole } from './console.ts'

/** A session that both look at, up to the call that needs two. */
export async function untilTheNote(test: TestConsole, pages: readonly Page[]): Promise<string> {
  const { id } = await test.openSession('several-tools')
  for (const page of pages) {
    await page.goto(`/sessions/${id}`)
    await isLive(page)
  }
  await test.prompt(id, 'Look around')
  const [first] = pages
  await first?.getByRole('button', { name: 'Allow once' }).click()
  for (const page of pages)
    await question(page)
      .getByText(/note\.txt/)
      .first()
      .waitFor()
  return id
}

/** What stands above the composer while the agent waits for an answer. */
export function question(page: Page): Locator {
  return page.getByRole('region', { name: 'Approval' })
}

/**
 * Watches for what comes late to a question, and moves Deny aside.
 * @returns once it watches: whether Deny could not be pressed in the moment in which it was moved
 */
export async function watchDeny(page: Page): Promise<() => Promise<boolean>> {
  const closed = await page.evaluateHandle(() => ({
    whenMoved: new Promise<boolean>((resolve) => {
      const observer = new MutationObserver(() => {
        const buttons = [...document.querySelectorAll('button')]
        if (!buttons.some(({ textContent }) => textContent === 'Allow for this session')) return
        resolve(buttons.every(({ textContent, disabled }) => textContent !== 'Deny…' || disabled))
      })
      observer.observe(document.body, { subtree: true, childList: true })
    }),
  }))
  return () => closed.evaluate(({ whenMoved }) => whenMoved)
}
