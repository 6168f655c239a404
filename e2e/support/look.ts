// Looks at a state of a page: nothing is too wide, and axe finds nothing, in both themes, wide and narrow.
import axe from 'axe-core'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
const COLOUR_RULES = ['color-contrast', 'link-in-text-block']
const WIDTHS = [1280, 320] as const
const THEMES = ['dark', 'light'] as const

/** Looks at a state with axe in every theme and width, and for what sticks out at the side. */
export async function look(page: Page, state: string): Promise<void> {
  const found: string[] = []
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: width === 320 ? 640 : 800 })
    const sticking = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    if (sticking > 0) found.push(`${width}: the page is ${sticking} px too wide`)
    for (const colorScheme of THEMES) {
      await page.emulateMedia({ colorScheme })
      const { violations, sawColours } = await analyse(page, colorScheme === 'dark')
      // A look that saw nothing shows nothing.
      if (!sawColours) found.push(`${colorScheme} ${width}: nothing was seen`)
      found.push(...violations.map((violation) => `${colorScheme} ${width}: ${violation}`))
    }
  }
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.setViewportSize({ width: 1280, height: 800 })
  expect(found, state).toEqual([])
}

/** @param whole whether all rules are asked; a theme changes colours and nothing else */
async function analyse(page: Page, whole: boolean): Promise<{ violations: string[]; sawColours: boolean }> {
  // Once a document: the page keeps it until the next one.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source)
  const runOnly = whole ? { type: 'tag', values: RULES } : { type: 'rule', values: COLOUR_RULES }
  return page.evaluate(
    async (options) => {
      const { axe } = window as unknown as { axe: typeof import('axe-core') }
      const { violations, passes } = await axe.run(document, options)
      return {
        sawColours: passes.some(({ id }) => id === 'color-contrast'),
        violations: violations.flatMap(({ id, help, nodes }) =>
          nodes.map(({ html, any }) => `${id}: ${help}: ${html.slice(0, 160)} ${any[0]?.message ?? ''}`),
        ),
      }
    },
    { runOnly, resultTypes: ['violations'] } as import('axe-core').RunOptions,
  )
}
