import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  composer,
  header,
  isLive,
  launchBrowser,
  stands,
  toolCard,
  transcript,
  type Visitor,
  visit,
} from '../support/browser.ts'
import { ADMIN, startTestConsole, type TestConsole } from '../support/console.ts'
import { look } from '../support/look.ts'
import { setEnd } from '../support/trials.ts'
import { describeInBrowser } from './describe-in-browser.ts'

const POLICY = `policy:
  default: ask
  rules:
    - { name: notes-need-two, verdict: ask_two, axis: irreversible, why: Notes outlive us, match: { tool: Write } }
`

describeInBrowser('every page and state is accessible, in both themes, wide and narrow:', () => {
  let bare: TestConsole
  let test: TestConsole
  let browser: Browser
  let stranger: Visitor
  let ana: Visitor
  let page: Page
  beforeAll(async () => {
    bare = await startTestConsole({ account: false, model: false })
    test = await startTestConsole({ config: POLICY })
    browser = await launchBrowser()
    stranger = await visit(browser, bare, { as: null })
    ana = await visit(browser, test)
    page = ana.page
  })
  afterAll(async () => {
    await browser?.close()
    await bare?.close()
    await test?.close()
  })

  it('set-up and sign-in, with their refusals', async () => {
    const { page } = stranger
    const token = /setup#(\S+)/.exec(bare.output())?.[1] ?? ''
    await page.goto('/setup')
    await page.getByLabel('Set-up token').fill(token)
    await look(page, 'set-up')
    await page.getByRole('button', { name: 'Make the account' }).click()
    await page.getByText('Use at least 12 characters').waitFor()
    await look(page, 'set-up refused')
    await page.getByRole('textbox', { name: 'Name' }).fill(ADMIN.name)
    await page.getByRole('textbox', { name: 'Password', exact: true }).fill(ADMIN.password)
    await page.getByRole('button', { name: 'Make the account' }).click()
    await page.getByRole('heading', { name: 'What is broken?' }).waitFor()
    const cookies = await stranger.context.cookies()
    await stranger.context.clearCookies()
    await page.goto('/login')
    await look(page, 'sign-in')
    await page.getByRole('textbox', { name: 'Name' }).fill(ADMIN.name)
    await page.getByRole('textbox', { name: 'Password', exact: true }).fill('wrong')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByText('The name or the password is wrong').waitFor()
    await look(page, 'sign-in refused')
    await stranger.context.addCookies(cookies)
  })

  it('the first page without credentials, an empty history', async () => {
    const { page } = stranger
    await page.goto('/')
    await page.getByText('No model credentials were found').waitFor()
    await look(page, 'now without credentials')
    await page.goto('/sessions')
    await page.getByText('No sessions yet').waitFor()
    await look(page, 'history, empty')
    await page.goto('/nowhere')
    await page.getByRole('heading', { name: 'There is nothing at this address' }).waitFor()
    await look(page, 'not found')
    expect(stranger.problems).toEqual([])
  })

  it('a session that has not begun, asks, runs, failed, was stopped, is closed', async () => {
    const { id } = await test.openSession('parallel-tools', { ticket: 'INC-2291' })
    await page.goto(`/sessions/${id}`)
    await isLive(page)
    await look(page, 'console, nothing asked')
    await test.prompt(id, 'Three things')
    await page.getByRole('region', { name: 'Approval' }).waitFor()
    await look(page, 'console, approval')
    await page.getByRole('button', { name: 'Deny…' }).click()
    await look(page, 'console, denying')
    await page.getByRole('button', { name: 'Back' }).click()
    await allowAll(id)
    await stands(page, 'Done')
    await look(page, 'console, done, a call failed')
    await page.getByRole('button', { name: 'About this session' }).click()
    await look(page, 'about the session')
    await page.getByRole('button', { name: 'Close session…' }).click()
    await look(page, 'closing')
    await page.getByRole('radio', { name: 'Mitigated' }).check()
    await page.getByRole('button', { name: 'Close session', exact: true }).click()
    await page.getByRole('region', { name: 'How it ended' }).waitFor()
    await look(page, 'console, closed')

    const long = await test.openSession('long-command')
    await page.goto(`/sessions/${long.id}`)
    await test.prompt(long.id, 'Begin')
    await page.getByRole('button', { name: 'Allow once' }).click()
    await toolCard(page, /second/)
      .getByText('second 1')
      .first()
      .waitFor()
    await composer(page).fill('Queued meanwhile')
    await composer(page).press('Enter')
    await page.getByRole('region', { name: 'Queue' }).getByText('Queued meanwhile').waitFor()
    await look(page, 'console, running, queued')
    await page.keyboard.press('Escape')
    await stands(page, 'Held')
    await look(page, 'console, held')

    setEnd(test, long.id, Date.now() + 60_000)
    await page.getByText('This session ends soon').waitFor()
    await page.getByRole('button', { name: 'Extend…', exact: true }).click()
    await look(page, 'console, extending its time')
    await page.keyboard.press('Escape')
    setEnd(test, long.id, Date.now() - 1000)
    await stands(page, 'Time is up')
    await look(page, 'console, its time is up')

    const failed = await test.openSession('api-error-401')
    await page.goto(`/sessions/${failed.id}`)
    await test.prompt(failed.id, 'Begin')
    await stands(page, 'Failed')
    await look(page, 'console, failed')
    const written = await test.openSession('markdown-tour')
    await page.goto(`/sessions/${written.id}`)
    await test.prompt(written.id, 'Begin')
    await stands(page, 'Done')
    await transcript(page).getByRole('heading', { name: 'Heading one' }).waitFor()
    await look(page, 'console, markdown')
    expect(ana.problems).toEqual([])
  })

  it('what needs two people or is decided alone, what the agent asks and plans, what is allowed for a session', async () => {
    const question = page.getByRole('region', { name: 'Approval' })
    const notes = await test.openSession('several-tools')
    await page.goto(`/sessions/${notes.id}`)
    await test.prompt(notes.id, 'Begin')
    await question.getByRole('button', { name: 'Allow for this session' }).click()
    await question.getByText('0 of 2 people').waitFor()
    await look(page, 'console, two people needed')
    await question.getByRole('button', { name: 'Allow (1 of 2)' }).click()
    await question.getByRole('button', { name: 'Allowed by you' }).waitFor()
    await look(page, 'console, one of two has allowed')
    await question.getByRole('button', { name: 'Allow alone…' }).click()
    await question.getByRole('button', { name: 'Allow alone', exact: true }).click()
    await question.getByText('Say why: it stands in the record').waitFor()
    await look(page, 'console, deciding alone')
    await question.getByRole('textbox', { name: 'Why alone' }).fill('Nobody else is awake')
    await question.getByRole('button', { name: 'Allow alone', exact: true }).click()
    await toolCard(page, /^Write/)
      .getByText('decided alone')
      .waitFor()
    await page.getByRole('button', { name: 'About this session' }).click()
    await page.getByRole('button', { name: 'Take back' }).waitFor()
    await look(page, 'about the session, a grant')
    await page.keyboard.press('Escape')
    const asks = await test.openSession('asks-operator')
    await page.goto(`/sessions/${asks.id}`)
    await test.prompt(asks.id, 'Begin')
    await question.getByRole('checkbox', { name: 'Something else' }).check()
    await question.getByRole('button', { name: 'Send the answers' }).click()
    await question.getByText('Choose an answer').first().waitFor()
    await look(page, 'console, a question of the agent')
    expect(ana.problems).toEqual([])
  })

  it('the policy, a command tried against it', async () => {
    await page.goto('/settings/policy')
    await page.getByRole('button', { name: /fix\.sh/ }).waitFor()
    // Some of its rules: all look alike, and axe looks at each.
    await page.getByLabel('Find a rule').fill('secret')
    await look(page, 'policy')
    await page.getByLabel('A command').fill('rm -rf /srv/data')
    await page.getByText('What is seen in it').waitFor()
    await page.getByLabel('Find a rule').fill('nothing has these words')
    await look(page, 'policy, a command tried')
    expect(ana.problems).toEqual([])
  })

  it('the first page, a filled history, settings, palette and key map', async () => {
    await page.goto('/')
    await page.getByRole('region', { name: 'Needs you' }).waitFor()
    await look(page, 'now')
    await page.getByRole('button', { name: 'More' }).click()
    await look(page, 'now, more')
    await page.goto('/sessions')
    await page.getByRole('table').waitFor()
    await look(page, 'history')
    await page.goto('/sessions?q=nothing-like-this')
    await look(page, 'history, nothing found')
    await page.goto('/runbooks')
    await page.getByText('df -hT').waitFor()
    await look(page, 'runbooks')
    await page.getByRole('button', { name: 'Run Ask a process to end' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Process id').fill('-1')
    await dialog.getByText('it would be read as an option', { exact: false }).waitFor()
    await look(page, 'a verb, filled in wrongly')
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Use A disk is full' }).click()
    await page.getByRole('dialog', { name: 'A disk is full' }).waitFor()
    await look(page, 'a preset')
    await page.keyboard.press('Escape')
    await page.goto('/settings')
    await page.getByText('claude 2.').waitFor()
    await look(page, 'settings')
    await page.keyboard.press('Control+k')
    await page.getByRole('option').first().waitFor()
    await look(page, 'palette')
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keys' }).waitFor()
    await look(page, 'key map')
    expect(ana.problems).toEqual([])
  })

  it('verbs that ran and that wait to be confirmed', async () => {
    const { id } = await test.openSession('plain-text')
    await page.goto(`/sessions/${id}`)
    await isLive(page)
    await test.request('POST', `/api/sessions/${id}/verbs`, { name: 'disk-space' })
    await test.request('POST', `/api/sessions/${id}/verbs`, { name: 'end-process', blanks: { pid: '1' } })
    await transcript(page).getByText('Succeeded').waitFor()
    await page.getByRole('button', { name: 'Run it', exact: true }).waitFor()
    await look(page, 'console, verbs')
    await page.getByRole('button', { name: 'Don’t run it' }).click()
    await transcript(page).getByText('Cancelled').waitFor()
    expect(ana.problems).toEqual([])
  })

  it('the console while the server is away', async () => {
    const { id } = await test.openSession('plain-text')
    await page.goto(`/sessions/${id}`)
    await isLive(page)
    await test.kill('SIGKILL')
    await page
      .getByRole('status')
      .getByText(/^(Reconnecting|Offline)/)
      .waitFor()
    await look(page, 'console, reconnecting')
    await composer(page).fill('Is anybody there?')
    await composer(page).press('Enter')
    await page.getByRole('alert').filter({ hasText: /\S/ }).waitFor()
    await look(page, 'console, a prompt that was not sent')
    await test.start()
    await isLive(page)
    expect(await header(page).textContent()).toContain('Live')
  })

  async function allowAll(id: string): Promise<void> {
    for (let answered = 0; answered < 3; ) {
      const { data } = await test.request<{ approvals: { id: string }[] }>('GET', '/api/approvals')
      for (const approval of data.approvals) {
        await test.request('POST', `/api/approvals/${approval.id}`, { decision: 'allow' })
        answered += 1
      }
      if (answered < 3) await test.waitFor(id, (event) => event.kind === 'tool' && event.phase === 'output')
    }
  }
})
