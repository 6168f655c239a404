// `npm run screenshots`: the README's pictures of a real drill; with `--all DIR` every page and state, for a review.
import { mkdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { header, isLive, launchBrowser, stands, toolCard, transcript, visit } from './support/browser.ts'
import { startTestConsole, type TestConsole } from './support/console.ts'

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

async function photographAll(browser: Browser, directory: string): Promise<void> {
  mkdirSync(directory, { recursive: true })
  const bare = await startTestConsole({ account: false, model: false })
  const test = await startTestConsole({ config: 'policy: { default: ask }' })
  const free = await startTestConsole()
  try {
    await photographEntrance(browser, bare, directory)
    await photographSessions(browser, free, directory)
    await photographApproval(browser, test, directory)
  } finally {
    await Promise.all([bare.close(), test.close(), free.close()])
  }
}

async function photographEntrance(browser: Browser, bare: TestConsole, directory: string): Promise<void> {
  const { page, context } = await visit(browser, bare, { as: null, viewport: WIDE })
  const link = /http:\S+\/setup#\S+/.exec(bare.output())?.[0] ?? ''
  await page.goto(link)
  await inAll(page, directory, 'set-up')
  await page.getByRole('textbox', { name: 'Name' }).fill('ana')
  await page.getByRole('textbox', { name: 'Password', exact: true }).fill('short')
  await page.getByRole('button', { name: 'Make the account' }).click()
  await page.getByText('Use at least 12 characters').waitFor()
  await inAll(page, directory, 'set-up-refused')
  await page.getByRole('textbox', { name: 'Password', exact: true }).fill('correct horse battery')
  await page.getByRole('button', { name: 'Make the account' }).click()
  await page.getByText('No model credentials were found').waitFor()
  await page.getByText('Record', { exact: true }).waitFor()
  await inAll(page, directory, 'now-without-credentials')
  await page.goto('/sessions')
  await inAll(page, directory, 'history-empty')
  await page.goto('/nowhere')
  await inAll(page, directory, 'not-found')
  await startDrill(page)
  await toolCard(page, /svc status/).waitFor(DRILL)
  await inAll(page, directory, 'drill-running')
  await transcript(page).getByText('Drill check passed').waitFor(DRILL)
  await inAll(page, directory, 'drill-repaired')
  await context.clearCookies()
  await page.goto('/login')
  await inAll(page, directory, 'sign-in')
  await page.getByRole('textbox', { name: 'Name' }).fill('ana')
  await page.getByRole('textbox', { name: 'Password', exact: true }).fill('wrong')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText('The name or the password is wrong').waitFor()
  await inAll(page, directory, 'sign-in-refused')
  await context.close()
}

async function photographSessions(browser: Browser, test: TestConsole, directory: string): Promise<void> {
  const { page, context } = await visit(browser, test, { viewport: WIDE })
  for (const [scenario, reason] of [
    ['edit-file', 'Checkout gives 502 from the edge since about 02:41. Do not touch the database.'],
    ['markdown-tour', 'The nightly report is empty since the migration of Tuesday'],
    ['parallel-tools', 'Mail to customers is delayed by more than an hour'],
    ['api-error-401', 'Disk of db-3 fills by a gigabyte a minute'],
    ['subagent', 'Logins from the office network fail with a timeout'],
    ['big-output', 'Somebody has to look through the kernel log of edge-2'],
  ] as const) {
    const { id } = await test.openSession(scenario, { reason, ticket: 'INC-2291' })
    await page.goto(`/sessions/${id}`)
    await isLive(page)
    if (scenario === 'edit-file') await inAll(page, directory, 'console-empty')
    const { turn_id } = await test.prompt(
      id,
      'Find out why, and say what you see before you change anything.',
    )
    await test.waitFor(id, (event) => event.kind === 'result' && event.turn_id === turn_id)
    await header(page)
      .getByText(/^(Done|Failed)$/)
      .waitFor()
    await inAll(page, directory, `console-${scenario}`)
    if (scenario !== 'edit-file') continue
    await page.getByRole('button', { name: 'About this session' }).click()
    await inAll(page, directory, 'about-session')
    await page.getByRole('button', { name: 'Close session…' }).click()
    await inAll(page, directory, 'close-session')
    await page.keyboard.press('Escape')
    const summary = 'A port was mistyped in app.conf; corrected and checked.'
    await test.request('POST', `/api/sessions/${id}/close`, { outcome: 'resolved', summary })
    await page.getByRole('region', { name: 'How it ended' }).waitFor()
    await inAll(page, directory, 'console-closed')
  }
  const { id } = await test.openSession('long-command', { reason: 'The backup of last night hangs' })
  await page.goto(`/sessions/${id}`)
  await test.prompt(id, 'See how far it has come')
  await toolCard(page, /second/)
    .getByText('second 2')
    .first()
    .waitFor()
  await test.prompt(id, 'Then tell me how long it will take', { queue: true })
  await page.getByRole('region', { name: 'Queue' }).waitFor()
  await inAll(page, directory, 'console-running')
  await page.getByRole('button', { name: 'Stop' }).click()
  await stands(page, 'Held')
  await inAll(page, directory, 'console-held')
  const verbs = await test.openSession('plain-text', { reason: 'The disk of db-3 is nearly full' })
  await page.goto(`/sessions/${verbs.id}`)
  await isLive(page)
  await test.request('POST', `/api/sessions/${verbs.id}/verbs`, { name: 'disk-space' })
  await test.request('POST', `/api/sessions/${verbs.id}/verbs`, { name: 'end-process', blanks: { pid: '1' } })
  await transcript(page).getByText('Succeeded').waitFor()
  await page.getByRole('button', { name: 'Run it', exact: true }).waitFor()
  await inAll(page, directory, 'console-verbs')
  for (const [path, name] of [
    ['/', 'now'],
    ['/runbooks', 'runbooks'],
    ['/sessions', 'history'],
    ['/sessions?q=nothing-like-this', 'history-nothing-found'],
    ['/settings', 'settings'],
  ] as const) {
    await page.goto(path)
    await page.getByRole('main').waitFor()
    await inAll(page, directory, name)
  }
  await page.keyboard.press('Control+k')
  await page.getByRole('option').first().waitFor()
  await inAll(page, directory, 'palette')
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'Keys' }).waitFor()
  await inAll(page, directory, 'keys')
  await page.goto(`/sessions/${id}`)
  await isLive(page)
  await test.kill()
  await page
    .getByRole('status')
    .getByText(/^(Reconnecting|Offline)/)
    .waitFor()
  await inAll(page, directory, 'console-reconnecting')
  await context.close()
}

async function photographApproval(browser: Browser, test: TestConsole, directory: string): Promise<void> {
  const { page, context } = await visit(browser, test, { viewport: WIDE })
  const { id } = await test.openSession('several-tools', { reason: 'The volume of pay-2 is full' })
  await page.goto(`/sessions/${id}`)
  await test.prompt(id, 'Make room, but ask me first')
  await page.getByRole('region', { name: 'Approval' }).waitFor()
  await inAll(page, directory, 'console-approval')
  await page.getByRole('button', { name: 'Allow once' }).click()
  await page
    .getByRole('region', { name: 'Approval' })
    .getByText(/note\.txt/)
    .first()
    .waitFor()
  await page.getByRole('button', { name: 'Deny…' }).click()
  await inAll(page, directory, 'console-denying')
  const asks = await test.openSession('asks-operator', { reason: 'Two disks answer to the same name' })
  await page.goto(`/sessions/${asks.id}`)
  await test.prompt(asks.id, 'Ask me whatever you have to know')
  await page.getByRole('radio', { name: /sdb/ }).check()
  await inAll(page, directory, 'console-question')
  await page.goto('/')
  await page.getByRole('region', { name: 'Needs you' }).getByRole('article').first().waitFor()
  await inAll(page, directory, 'now-needs-you')
  await page.goto('/settings/policy')
  await inAll(page, directory, 'policy')
  await page.getByLabel('A command').fill('sudo systemctl stop postgresql && rm -rf /var/lib/postgresql')
  await page.getByText('What is seen in it').waitFor()
  await inAll(page, directory, 'policy-tried')
  await context.close()
}

async function inAll(page: Page, directory: string, state: string): Promise<void> {
  for (const size of SIZES) {
    await page.setViewportSize(size)
    await inBothThemes(page, (theme) => join(directory, `${state}-${size.width}-${theme}.png`))
  }
  await page.setViewportSize(WIDE)
}
