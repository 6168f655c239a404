// Looks at a state of a page: nothing is too wide, and axe finds nothing, in both themes, wide and narrow.
import { AxeBuilder } from '@axe-core/playwright'
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
      const axe = new AxeBuilder({ page }).setLegacyMode(true)
      // A theme changes colours and nothing else.
      const { violations, passes } = await (colorScheme === 'dark'
        ? axe.withTags(RULES)
        : axe.withRules(COLOUR_RULES)
      ).analyze()
      // A look that saw nothing shows nothing.
      if (!passes.some(({ id }) => id === 'color-contrast'))
        found.push(`${colorScheme} ${width}: nothing was seen`)
      for (const { id, help, nodes } of violations)
        for (const node of nodes)
          found.push(
            `${colorScheme} ${width}: ${id}: ${help}: ${node.html.slice(0, 160)} ${node.any[0]?.message ?? ''}`,
          )
    }
  }
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.setViewportSize({ width: 1280, height: 800 })
  expect(found, state).toEqual([])
}
