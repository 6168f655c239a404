// Every page and state of the console, one after the other: to be looked at by axe, and to be photographed.
import type { Page } from 'playwright-core'
import type { TestConsole } from './console.ts'

/** Called where a page stands in a state. `state` names it: `console, denying`. */
export type At = (page: Page, state: string) => Promise<void>

/** A console and the page of an admin of it. */
export type Stage = { test: TestConsole; page: Page; at: At }

/** What a console is configured with so that all states can be reached. */
export const STATES_CONFIG = `policy:
  default: ask
  rules:
    - { name: notes-need-two, verdict: ask_two, axis: irreversible, why: Notes outlive us, match: { tool: Write } }
runbooks: starter
verbs:
  - { name: queue, title: Watch the queue, group: Shop, axis: reversible, argv: [sh, -c, "echo 12 orders wait; sleep 60"] }
  - { name: orders, title: Orders that failed, group: Shop, axis: reversible, argv: [ls, /no/orders/here], host: shop-1 }
`
