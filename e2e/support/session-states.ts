// The states of a session's page, and what it asks.
import type { Page } from 'playwright-core'
import { composer, isLive, stands, toolCard, transcript } from './browser.ts'
import type { TestConsole } from './console.ts'
import { question } from './questions.ts'
import type { Stage } from './states.ts'
import { setEnd } from './trials.ts'

const dialog = (page: Page) => page.getByRole('dialog')

async function open({ test, page }: Stage, scenario: string, more: Record<string, unknown>): Promise<string> {
  const { id } = await test.openSession(scenario, more)
  await page.goto(`/sessions/${id}`)
  await isLive(page)
  return id
}

/** Not begun, asked, done, closed. Its budget is one turn. */
export async function oneTurn(stage: Stage): Promise<void> {
  const { test, page, at } = stage
  const id = await open(stage, 'parallel-tools', {
    ...{ reason: 'Checkout gives 502 from the edge since about 02:41. Do not touch the database.' },
    ...{ ticket: 'INC-2291', budget: { turns: 1 } },
  })
  await at(page, 'console, nothing asked')
  await test.prompt(id, 'Find out why, and say what you see before you change anything.')
  await question(page).waitFor()
  await at(page, 'console, approval')
  await page.getByRole('button', { name: 'Deny…' }).click()
  await at(page, 'console, denying')
  await page.getByRole('button', { name: 'Back' }).click()
  await allowAll(test, id, 3)
  await stands(page, 'Done')
  await page.getByText('The budget is used up').waitFor()
  await at(page, 'console, done, a call failed, its budget used up')
  await page.getByRole('button', { name: 'Change the budget…' }).click()
  await dialog(page).getByLabel('Turns').fill('5')
  await at(page, 'console, changing its budget')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'About this session' }).click()
  await at(page, 'about the session')
  await page.getByRole('button', { name: 'Share a read-only link…' }).click()
  await dialog(page).getByLabel('Who is it for?').fill('vendor support')
  await dialog(page).getByRole('button', { name: 'Make a link' }).click()
  await dialog(page).getByRole('textbox', { name: 'The link', exact: true }).waitFor()
  await at(page, 'sharing a link')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'About this session' }).click()
  await page.getByRole('button', { name: 'How the agent runs…' }).click()
  await dialog(page).getByRole('radio').first().waitFor()
  await at(page, 'how the agent runs')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'About this session' }).click()
  await page.getByRole('button', { name: 'Close session…' }).click()
  await at(page, 'closing')
  await page.getByRole('radio', { name: 'Mitigated' }).check()
  await page.getByRole('button', { name: 'Close session', exact: true }).click()
  await page.getByRole('region', { name: 'How it ended' }).waitFor()
  await dialog(page).waitFor({ state: 'hidden' })
  await at(page, 'console, closed')
}

/** Running with a queue, held, at the end of its time. */
export async function longTurn(stage: Stage): Promise<void> {
  const { test, page, at } = stage
  const id = await open(stage, 'long-command', { reason: 'The backup of last night hangs' })
  await test.prompt(id, 'See how far it has come')
  await page.getByRole('button', { name: 'Allow once' }).click()
  await toolCard(page, /second/)
    .getByText('second 1')
    .first()
    .waitFor()
  await composer(page).fill('Then tell me how long it will take')
  await composer(page).press('Enter')
  await page.getByRole('region', { name: 'Queue' }).getByText('Then tell me').waitFor()
  await at(page, 'console, running, queued')
  await page.keyboard.press('Escape')
  await stands(page, 'Held')
  await at(page, 'console, held')
  setEnd(test, id, Date.now() + 60_000)
  await page.getByText('This session ends soon').waitFor()
  await page.getByRole('button', { name: 'Extend…', exact: true }).click()
  await at(page, 'console, extending its time')
  await page.keyboard.press('Escape')
  setEnd(test, id, Date.now() - 1000)
  await stands(page, 'Time is up')
  await at(page, 'console, its time is up')
}

/** A model that refuses, and one that writes all of markdown. */
export async function answers(stage: Stage): Promise<void> {
  const { test, page, at } = stage
  const failed = await open(stage, 'api-error-401', { reason: 'Disk of db-3 fills by a gigabyte a minute' })
  await test.prompt(failed, 'Begin with the largest files')
  await stands(page, 'Failed')
  await at(page, 'console, failed')
  const written = await open(stage, 'markdown-tour', { reason: 'The nightly report is empty since Tuesday' })
  await test.prompt(written, 'Say what you know')
  await stands(page, 'Done')
  await transcript(page).getByRole('heading', { name: 'Heading one' }).waitFor()
  await at(page, 'console, markdown')
}

/** What needs two people, also as the second one sees it; a decision alone, a grant; what the agent asks. */
export async function decisions(stage: Stage & { second: Page }): Promise<void> {
  const { test, page, second, at } = stage
  const id = await open(stage, 'several-tools', { reason: 'The volume of pay-2 is full' })
  await test.prompt(id, 'Make room, but ask me first')
  await question(page).getByRole('button', { name: 'Allow for this session' }).click()
  await question(page).getByText('0 of 2 people').waitFor()
  await at(page, 'console, two people needed')
  await question(page).getByRole('button', { name: 'Allow (1 of 2)' }).click()
  await question(page).getByRole('button', { name: 'Allowed by you' }).waitFor()
  await at(page, 'console, one of two has allowed')
  await second.goto(`/sessions/${id}`)
  await question(second).getByText('You would be the next').waitFor()
  await at(second, 'console, the second person is asked')
  await second.goto('/')
  await second.getByRole('region', { name: 'Needs you' }).getByRole('article').first().waitFor()
  await at(second, 'now, the second person is asked')
  await question(page).getByRole('button', { name: 'Allow alone…' }).click()
  await question(page).getByRole('button', { name: 'Allow alone', exact: true }).click()
  await question(page).getByText('Say why: it stands in the record').waitFor()
  await at(page, 'console, deciding alone')
  await question(page).getByRole('textbox', { name: 'Why alone' }).fill('Nobody else is awake')
  await question(page).getByRole('button', { name: 'Allow alone', exact: true }).click()
  await toolCard(page, /^Write/)
    .getByText('decided alone')
    .waitFor()
  await page.getByRole('button', { name: 'About this session' }).click()
  await page.getByRole('button', { name: 'Take back' }).waitFor()
  await at(page, 'about the session, a grant')
  await page.keyboard.press('Escape')
  const asks = await open(stage, 'asks-operator', { reason: 'Two disks answer to the same name' })
  await test.prompt(asks, 'Ask me whatever you have to know')
  await question(page).getByRole('checkbox', { name: 'Something else' }).check()
  await question(page).getByRole('button', { name: 'Send the answers' }).click()
  await question(page).getByText('Choose an answer').first().waitFor()
  await at(page, 'console, a question of the agent')
}

/** Verbs that ran, run, failed, and wait to be confirmed. */
export async function verbs(stage: Stage): Promise<void> {
  const { test, page, at } = stage
  const id = await open(stage, 'plain-text', { reason: 'The disk of db-3 is nearly full' })
  const run = (name: string, more = {}) =>
    test.request('POST', `/api/sessions/${id}/verbs`, { name, ...more })
  await run('disk-space')
  await transcript(page).getByText('Succeeded').waitFor()
  await run('orders')
  await transcript(page).getByText('Failed (2)').waitFor()
  await run('queue')
  await transcript(page).getByText('12 orders wait', { exact: true }).waitFor()
  await at(page, 'console, verbs')
  await transcript(page).getByRole('button', { name: 'Stop' }).click()
  await transcript(page).getByText('Stopped', { exact: true }).waitFor()
  await run('end-process', { blanks: { pid: '1' } })
  await page.getByRole('button', { name: 'Run it', exact: true }).waitFor()
  await at(page, 'console, a verb to confirm')
  await page.getByRole('button', { name: 'Don’t run it' }).click()
  await transcript(page).getByText('Cancelled').waitFor()
}

/** Reconnecting, and a prompt that was not sent. The console is away afterwards. */
export async function away(stage: Stage): Promise<void> {
  const { test, page, at } = stage
  await open(stage, 'plain-text', { reason: 'Nobody answers at all' })
  await test.kill('SIGKILL')
  await page
    .getByRole('status')
    .getByText(/^(Reconnecting|Offline)/)
    .waitFor()
  await at(page, 'console, reconnecting')
  await composer(page).fill('Is anybody there?')
  await composer(page).press('Enter')
  await page.getByRole('alert').filter({ hasText: 'did not answer' }).waitFor()
  await at(page, 'console, a prompt that was not sent')
}

async function allowAll(test: TestConsole, id: string, count: number): Promise<void> {
  for (let answered = 0; answered < count; ) {
    const { data } = await test.request<{ approvals: { id: string; session_id: string }[] }>(
      'GET',
      '/api/approvals',
    )
    for (const each of data.approvals.filter(({ session_id }) => session_id === id)) {
      await test.request('POST', `/api/approvals/${each.id}`, { decision: 'allow' })
      answered += 1
    }
    if (answered < count) await test.waitFor(id, (event) => event.kind === 'tool' && event.phase === 'output')
  }
}
