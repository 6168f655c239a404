import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { addOperator } from '../support/accounts.ts'
import {
  composer,
  isLive,
  launchBrowser,
  SOON,
  stands,
  toolCard,
  transcript,
  type Visitor,
  visit,
} from '../support/browser.ts'
import { startTestConsole, type TestConsole } from '../support/console.ts'
import { look } from '../support/look.ts'
import { question, untilTheNote, watchDeny } from '../support/questions.ts'
import { describeInBrowser } from './describe-in-browser.ts'

const POLICY = `policy:
  default: ask
  rules:
    - { name: notes-need-two, verdict: ask_two, axis: irreversible, why: Notes outlive us, match: { tool: Write } }
`

const MARK = 'echo ran >> ran.txt'

describeInBrowser('a question of the agent', () => {
  let test: TestConsole
  let browser: Browser
  let ana: Visitor
  let ben: Visitor
  beforeAll(async () => {
    test = await startTestConsole({ warm: false, config: POLICY })
    browser = await launchBrowser()
    ana = await visit(browser, test)
    ben = await visit(browser, test, { as: await addOperator(test, 'ben', 'operator') })
  })
  afterAll(async () => {
    await browser?.close()
    await test?.close()
  })

  it('is asked above the composer, outlives a reload, and either operator answers it', async () => {
    const { page } = ana
    const { id } = await test.openSession('several-tools')
    for (const each of [ana.page, ben.page]) {
      await each.goto(`/sessions/${id}`)
      await isLive(each)
    }
    await composer(page).fill('Look around')
    await composer(page).press('Enter')

    await question(page).getByText('pwd && ls -la').waitFor()
    await toolCard(page, /pwd && ls -la/)
      .getByText('Waiting for approval')
      .waitFor()
    await expect.poll(() => page.title(), SOON).toMatch(/^! Needs you/)
    await page.reload()
    await question(page).getByText('pwd && ls -la').waitFor()
    await ben.page.goto('/')
    const needs = ben.page.getByRole('region', { name: 'Needs you' })
    await needs.getByRole('link').filter({ hasText: 'A test of several-tools' }).click()
    await question(ben.page).getByText('pwd && ls -la').waitFor()
    await question(ben.page).getByRole('button', { name: 'Allow once' }).click()

    for (const each of [ana.page, ben.page])
      await question(each)
        .getByText(/note\.txt/)
        .first()
        .waitFor()
    await toolCard(page, /pwd && ls -la/)
      .getByText('Succeeded')
      .waitFor()
    await toolCard(page, /pwd && ls -la/)
      .getByRole('button')
      .first()
      .click()
    await toolCard(page, /pwd && ls -la/)
      .getByText(/^Allowed by ben/)
      .waitFor()

    await question(page).getByRole('button', { name: 'Deny…' }).click()
    await question(page)
      .getByRole('textbox', { name: /Why not/ })
      .fill('No notes on this host')
    await page.keyboard.press('Enter')
    const write = toolCard(page, /^Write/)
    await write.getByText('Denied', { exact: true }).waitFor()
    await write.getByText('Denied by ana: No notes on this host').waitFor()
    await toolCard(ben.page, /^Write/)
      .getByText('Denied by ana: No notes on this host')
      .waitFor()
    const denied = (await test.events(id)).filter(
      (event) => event.kind === 'approval' && event.state === 'denied',
    )
    expect(denied).toMatchObject([{ operator: 'ana', reason: 'No notes on this host' }])
    await page.getByRole('button', { name: 'Stop' }).click()
    await stands(page, 'Stopped')
    expect(await question(page).count()).toBe(0)
    expect([...ana.problems, ...ben.problems]).toEqual([])
  })

  it('is still asked after the server died, and its answer counts', async () => {
    const { page } = ana
    const { id } = await test.openSession('counter')
    await page.goto(`/sessions/${id}`)
    await isLive(page)
    await test.prompt(id, 'Count')
    await question(page)
      .getByText(/echo ran/)
      .waitFor()
    await test.kill('SIGKILL')
    await page
      .getByRole('status')
      .getByText(/^(Reconnecting|Offline)/)
      .waitFor()
    await test.start()
    await page.getByText('The server was restarted').waitFor()
    await question(page).getByRole('button', { name: 'Allow once' }).click()
    await transcript(page).getByText('I have counted to 200.').waitFor()
    await stands(page, 'Done')
    expect(ana.problems).toEqual([])
  })

  it('needs two different people where the rule says so, and each sees the other’s answer at once', async () => {
    const id = await untilTheNote(test, [ana.page, ben.page])
    await question(ana.page).getByText('0 of 2 people').waitFor()
    await question(ana.page).getByText('Notes outlive us').waitFor()
    const allow = question(ana.page).getByRole('button', { name: 'Allow (1 of 2)' })
    // Just after it has come it takes no press that was meant for what stood there before.
    await expect.poll(() => allow.isEnabled(), SOON).toBe(true)
    await allow.press('Enter')
    for (const { page } of [ana, ben]) await question(page).getByText('1 of 2 people').waitFor()
    // Whoever has allowed it can't be the second one, however often she presses.
    const own = question(ana.page).getByRole('button', { name: 'Allowed by you' })
    await own.press('Enter')
    expect(await own.getAttribute('aria-disabled')).toBe('true')
    await question(ben.page).getByText('ana', { exact: false }).first().waitFor()
    await ana.page.reload()
    await question(ana.page).getByRole('button', { name: 'Allowed by you' }).waitFor()
    expect(await question(ben.page).getByRole('button', { name: 'Allow alone…' }).count()).toBe(0)

    await question(ben.page).getByRole('button', { name: 'Allow (2 of 2)' }).click()
    for (const { page } of [ana, ben]) {
      await toolCard(page, /^Write/)
        .getByText('Succeeded')
        .waitFor()
      await toolCard(page, /^Write/)
        .getByText('Allowed by ana and ben')
        .waitFor()
    }
    await test.request('DELETE', `/api/sessions/${id}/turns/current`)
    expect([...ana.problems, ...ben.problems]).toEqual([])
  })

  it('is decided alone by an admin who says why, and the record shows it in red', async () => {
    const id = await untilTheNote(test, [ana.page, ben.page])
    const { page } = ana
    await question(page).getByRole('button', { name: 'Allow alone…' }).click()
    const why = question(page).getByRole('textbox', { name: 'Why alone' })
    await why.press('Enter')
    await question(page).getByRole('button', { name: 'Allow alone', exact: true }).click()
    await question(page).getByText('Say why: it stands in the record').waitFor()
    await why.fill('Nobody else is awake')
    await question(page).getByRole('button', { name: 'Allow alone', exact: true }).click()
    const card = toolCard(ben.page, /^Write/)
    await card.getByText('decided alone').waitFor()
    const said = card.getByText('Allowed by ana alone: Nobody else is awake')
    await said.waitFor()
    expect(await said.evaluate((element) => getComputedStyle(element).color)).toBe('rgb(255, 92, 138)')
    await test.request('DELETE', `/api/sessions/${id}/turns/current`)
    const told = (await test.events(id)).find((event) => event.kind === 'approval' && event.override)
    expect(told).toMatchObject({ state: 'allowed', operator: 'ana', reason: 'Nobody else is awake' })
  })

  it('is allowed for a session, is not asked again, and is asked again once that is taken back', async () => {
    const { page } = ana
    const { id } = await test.openSession('does-as-told')
    await page.goto(`/sessions/${id}`)
    await isLive(page)
    await test.prompt(id, MARK)
    await question(page).getByText('this session: exactly this command again').waitFor()
    await question(page).getByRole('button', { name: 'Allow for this session' }).click()
    await stands(page, 'Done')
    await test.prompt(id, MARK)
    const second = toolCard(page, /echo ran/).nth(1)
    await second.getByText('Succeeded').waitFor()
    await second.getByRole('button').first().click()
    await second.getByText('Allowed for this session by ana').waitFor()

    await page.getByRole('button', { name: 'About this session' }).click()
    const grants = page.getByRole('region', { name: 'Allowed for this session' })
    await grants.getByText('used once since').waitFor()
    await grants.getByRole('button', { name: 'Take back' }).click()
    await grants.getByText('taken back by ana').waitFor()
    await page.keyboard.press('Escape')
    await stands(page, 'Done')
    await test.prompt(id, MARK)
    await question(page).getByRole('button', { name: 'Deny…' }).waitFor()
    await test.request('DELETE', `/api/sessions/${id}/turns/current`)
  })

  it('of the agent itself is answered in the page, in its options or in words of one’s own', async () => {
    const { page } = ana
    const { id } = await test.openSession('asks-operator')
    for (const each of [page, ben.page]) await each.goto(`/sessions/${id}`)
    await isLive(page)
    await test.prompt(id, 'Which?')
    const disk = question(page).getByRole('group', { name: /Which disk is meant/ })
    await disk.getByRole('radio', { name: /sdb/ }).check()
    await question(page).getByText('1 question open').waitFor()
    await question(page).getByRole('button', { name: 'Send the answers' }).click()
    await question(page).getByText('Choose an answer, or write one of your own').waitFor()
    const services = question(page).getByRole('group', { name: /Which services may stop/ })
    await services.getByRole('checkbox', { name: /mail/ }).check()
    await services.getByRole('checkbox', { name: 'Something else' }).check()
    await page.keyboard.type('the cache')
    await question(page).getByRole('button', { name: 'Send the answers' }).click()
    await transcript(page).getByText('Then I know.').waitFor()
    expect(await question(ben.page).count()).toBe(0)
    const asked = toolCard(page, /^Question Which disk/)
    await asked.getByRole('button').first().click()
    await asked.getByText(/sdb/).last().waitFor()
    const output = (await test.events(id)).find((event) => event.kind === 'tool' && event.phase === 'output')
    expect(output).toMatchObject({ output: expect.stringMatching(/sdb.*mail, the cache/s) })
  })

  it('about a plan shows it as it is meant, and is approved or sent back with words', async () => {
    const { page } = ana
    const { id } = await test.openSession('plans')
    await page.goto(`/sessions/${id}`)
    await isLive(page)
    await test.prompt(id, 'Mend it')
    for (const words of ['EnterPlanMode', 'echo planning']) {
      await question(page).getByText(words).first().waitFor()
      await question(page).getByRole('button', { name: 'Allow once' }).click()
    }
    const plan = question(page).getByRole('group', { name: 'The plan' })
    await plan.getByRole('listitem').filter({ hasText: 'Mend' }).waitFor()
    await look(page, 'console, a plan')
    await question(page).getByRole('button', { name: 'Keep planning…' }).click()
    await page.keyboard.press('Escape')
    await question(page).getByRole('button', { name: 'Approve the plan' }).click()
    await question(page)
      .getByText(/echo ran/)
      .first()
      .waitFor()
    await toolCard(page, /^Plan to approve/)
      .getByText('Succeeded')
      .waitFor()
    await test.request('DELETE', `/api/sessions/${id}/turns/current`)
    expect([...ana.problems, ...ben.problems]).toEqual([])
  })

  it('is answered on the first page where it is simple', async () => {
    const { page } = ben
    const { id } = await test.openSession('failing-tool', { reason: 'Answered from afar' })
    await page.goto('/')
    await test.prompt(id, 'Begin')
    const needs = page.getByRole('region', { name: 'Needs you' })
    const waiting = needs.getByRole('article', { name: /missing\.txt/ })
    await waiting.getByRole('button', { name: 'Deny' }).click()
    await expect.poll(() => waiting.count(), SOON).toBe(0)
    const denied = await test.waitFor(id, (event) => event.kind === 'approval' && event.state === 'denied')
    expect(denied).toMatchObject({ operator: 'ben' })
  })

  it('takes no press that was meant for a button which stood there before', async () => {
    const { page } = ana
    const { id } = await test.openSession('failing-tool')
    let answer = () => {}
    const held = new Promise<void>((resolve) => {
      answer = resolve
    })
    await page.route('**/api/approvals?*', (route) => held.then(() => route.continue()))
    await page.goto(`/sessions/${id}`)
    await test.prompt(id, 'Begin')
    await expect
      .poll(() => question(page).getByRole('button', { name: 'Deny…' }).isEnabled(), SOON)
      .toBe(true)
    // Deny moves aside for what comes late; as it does, nothing can be pressed.
    const closedWhenMoved = await watchDeny(page)
    answer()
    expect(await closedWhenMoved()).toBe(true)
    await question(page).getByRole('button', { name: 'Deny…' }).click()
    await page.unrouteAll({ behavior: 'wait' })
  })

  it('can be read and not answered by a viewer', async () => {
    const vic = await visit(browser, test, { as: await addOperator(test, 'vic', 'viewer') })
    const { id } = await test.openSession('failing-tool')
    await test.prompt(id, 'Begin')
    await vic.page.goto(`/sessions/${id}`)
    await question(vic.page).getByText('Only an operator or an admin can answer this.').waitFor()
    expect(await question(vic.page).getByRole('button').count()).toBe(0)
    expect(vic.problems).toEqual([])
    await vic.context.close()
  })
})
