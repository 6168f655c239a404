// `npm run screenshots`: the README's pictures of a real drill; with `--all DIR` every page and state, for a review.
import { mkdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { addOperator } from './support/accounts.ts'
import { isLive, launchBrowser, stands, toolCard, transcript, visit } from './support/browser.ts'
import { ADMIN, startTestConsole, type TestConsole } from './support/console.ts'
import { entrance, nothingYet } from './support/entrance-states.ts'
import { killed, observed } from './support/people-states.ts'
import { firstPages, policy, runbooks, settings, terminals } from './support/place-states.ts'
import { answers, away, decisions, longTurn, oneTurn, verbs } from './support/session-states.ts'
import { type At, STATES_CONFIG, type Stage } from './support/states.ts'

const THEMES = ['dark', 'light'] as const
const WIDE = { width: 1440, height: 900 }
const PHONE = { width: 390, height: 844 }
/** `--all` looks at every state in these, in CSS pixels. */
const SIZES = [WIDE, { width: 768, height: 1024 }, { width: 320, height: 640 }] as const
/** The pictures of the README stay small. */
const PICTURE_MAX_BYTES = 300_000
const DRILL = { timeout: 120_000 }

/**
 * @param args none for the README's pictures, `--all DIR` for all states
 * @returns the exit code
 */
export async function main(root: string, args: readonly string[]): Promise<number> {
  const [option, directory] = args
  if (option !== undefined && (option !== '--all' || directory === undefined)) {
    console.error(`Expected nothing or --all DIR, got "${args.join(' ')}"`)
    return 1
  }
  const browser = await launchBrowser()
  try {
    if (directory !== undefined) await photographAll(browser, resolve(directory))
    else return await photographDrill(browser, join(root, 'e2e', 'screenshots'))
  } finally {
    await browser.close()
  }
  return 0
}

async function photographDrill(browser: Browser, directory: string): Promise<number> {
  mkdirSync(directory, { recursive: true })
  const test = await startTestConsole({ model: false })
  try {
    const { page } = await visit(browser, test, { viewport: WIDE })
    await startDrill(page)
    await toolCard(page, /^Edit .*orders-api\.conf/).waitFor(DRILL)
    await transcript(page).getByText('Drill check passed').waitFor(DRILL)
    await stands(page, 'Done')
    await page.getByRole('navigation', { name: 'Sessions' }).getByText('Last turn succeeded').waitFor()
    // Nothing is under the pointer in a picture.
    await page.mouse.move(0, 0)
    const edit = toolCard(page, /^Edit .*orders-api\.conf/)
    await edit.evaluate((card) => card.scrollIntoView({ block: 'center' }))
    const files = [
      ...(await inBothThemes(page, (theme) => join(directory, `drill-${theme}.png`))),
      ...(await onPhone(page, join(directory, 'drill-phone.png'), () =>
        edit.evaluate((card) => card.scrollIntoView({ block: 'center' })),
      )),
    ]
    const large = files.filter((file) => statSync(file).size > PICTURE_MAX_BYTES)
    for (const file of files) console.log(`${file}: ${Math.round(statSync(file).size / 1000)} kB`)
    if (large.length === 0) return 0
    console.error(`Larger than ${PICTURE_MAX_BYTES / 1000} kB: ${large.join(', ')}`)
    return 1
  } finally {
    await test.close()
  }
}

async function startDrill(page: Page): Promise<void> {
  await page.goto('/')
  await page.getByRole('button', { name: 'Start drill: A service does not start' }).click()
  await page.waitForURL(/\/sessions\/[0-9a-f-]{36}$/)
}

async function inBothThemes(page: Page, name: (theme: string) => string): Promise<string[]> {
  const files: string[] = []
  for (const colorScheme of THEMES) {
    await page.emulateMedia({ colorScheme })
    files.push(name(colorScheme))
    await page.screenshot({ path: name(colorScheme), caret: 'hide' })
  }
  await page.emulateMedia({ colorScheme: 'dark' })
  return files
}

async function onPhone(page: Page, path: string, settle: () => Promise<unknown>): Promise<string[]> {
  await page.setViewportSize(PHONE)
  await settle()
  await page.screenshot({ path, caret: 'hide' })
  await page.setViewportSize(WIDE)
  return [path]
}

/** Every state that axe looks at, and what agents do under the built-in policy. */
async function photographAll(browser: Browser, directory: string): Promise<void> {
  mkdirSync(directory, { recursive: true })
  const at: At = (page, state) => inAll(page, directory, state)
  const [bare, free, test] = await Promise.all([
    startTestConsole({ account: false, model: false }),
    startTestConsole(),
    startTestConsole({ config: STATES_CONFIG, env: { SHELL: '/bin/bash' } }),
  ])
  const open = async (at: TestConsole, as: { name: string; password: string } | null = ADMIN) =>
    (await visit(browser, at, { as, viewport: WIDE })).page
  try {
    const empty = { test: bare, page: await open(bare, null), at }
    await entrance(empty)
    await nothingYet(empty)
    await drill(empty)
    await scenarios({ test: free, page: await open(free), at })
    const ben = await addOperator(test, 'ben', 'operator')
    const stage = { test, page: await open(test), at }
    for (const states of [oneTurn, longTurn, answers, verbs]) await states(stage)
    await decisions({ ...stage, second: await open(test, ben) })
    for (const states of [firstPages, runbooks, terminals, policy]) await states(stage)
    await settings({ ...stage, other: 'ben' })
    await observed({ ...stage, guest: await open(test, null) })
    await killed(stage)
    await away(stage)
  } finally {
    await Promise.all([bare.close(), test.close(), free.close()])
  }
}

async function drill({ page, at }: Stage): Promise<void> {
  await startDrill(page)
  await toolCard(page, /svc status/).waitFor(DRILL)
  await at(page, 'drill, running')
  await transcript(page).getByText('Drill check passed').waitFor(DRILL)
  await at(page, 'drill, repaired')
}

async function scenarios({ test, page, at }: Stage): Promise<void> {
  for (const [scenario, reason] of [
    ['edit-file', 'Checkout gives 502 from the edge since about 02:41'],
    ['parallel-tools', 'Mail to customers is delayed by more than an hour'],
    ['subagent', 'Logins from the office network fail with a timeout'],
    ['big-output', 'Somebody has to look through the kernel log of edge-2'],
    ['ansi-output', 'The deploy of tonight prints nothing but colours'],
    ['thinking', 'Nobody knows why the queue grows'],
  ] as const) {
    const { id } = await test.openSession(scenario, { reason, ticket: 'INC-2291' })
    await page.goto(`/sessions/${id}`)
    await isLive(page)
    const prompt = 'Find out why, and say what you see before you change anything.'
    const { turn_id } = await test.prompt(id, prompt)
    await test.waitFor(id, (event) => event.kind === 'result' && event.turn_id === turn_id)
    await stands(page, 'Done')
    await at(page, `scenario, ${scenario}`)
  }
}

async function inAll(page: Page, directory: string, state: string): Promise<void> {
  const name = state.replaceAll(/\W+/g, '-')
  for (const size of SIZES) {
    await page.setViewportSize(size)
    await inBothThemes(page, (theme) => join(directory, `${name}-${size.width}-${theme}.png`))
  }
  await page.setViewportSize(WIDE)
}
