import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { addOperator } from '../support/accounts.ts'
import { header, isLive, launchBrowser, type Visitor, visit } from '../support/browser.ts'
import { startTestConsole, type TestConsole } from '../support/console.ts'
import { entrance, nothingYet } from '../support/entrance-states.ts'
import { look } from '../support/look.ts'
import { killed, observed } from '../support/people-states.ts'
import { firstPages, policy, runbooks, settings, terminals } from '../support/place-states.ts'
import { answers, away, decisions, longTurn, oneTurn, verbs } from '../support/session-states.ts'
import { STATES_CONFIG, type Stage } from '../support/states.ts'
import { describeInBrowser } from './describe-in-browser.ts'

describeInBrowser('every page and state is accessible, in both themes, wide and narrow:', () => {
  let bare: TestConsole
  let test: TestConsole
  let browser: Browser
  let stranger: Visitor
  let ana: Visitor
  let ben: Visitor
  let guest: Visitor
  let empty: Stage
  let stage: Stage
  beforeAll(async () => {
    const started = [
      startTestConsole({ account: false, model: false }),
      startTestConsole({ config: STATES_CONFIG, env: { SHELL: '/bin/bash' } }),
    ] as const
    ;[bare, test] = await Promise.all(started)
    browser = await launchBrowser()
    stranger = await visit(browser, bare, { as: null })
    ana = await visit(browser, test)
    ben = await visit(browser, test, { as: await addOperator(test, 'ben', 'operator') })
    guest = await visit(browser, test, { as: null })
    empty = { test: bare, page: stranger.page, at: look }
    stage = { test, page: ana.page, at: look }
  })
  afterAll(async () => {
    await browser?.close()
    await bare?.close()
    await test?.close()
  })

  it('set-up and sign-in, with their refusals', () => entrance(empty))

  it('the first page without credentials, an empty history', () => nothingYet(empty))

  it('a session that has not begun, asks, is done, has used its budget up, is closed', () => oneTurn(stage))

  it('a session that runs, was stopped, is out of time', () => longTurn(stage))

  it('a session whose model failed, and one that writes markdown', () => answers(stage))

  it('what needs two people or is decided alone, what the agent asks, what is allowed for a session', () =>
    decisions({ ...stage, second: ben.page }))

  it('verbs that run, ran, failed and wait to be confirmed', () => verbs(stage))

  it('the first page, a filled history, palette and key map', () => firstPages(stage))

  it('runbooks', () => runbooks(stage))

  it('terminals, live and recorded', () => terminals(stage))

  it('the policy, a command tried against it, its file broken', () => policy(stage))

  it('settings, accounts, the password once more', () => settings({ ...stage, other: 'ben' }))

  it('what an observer sees', () => observed({ ...stage, guest: guest.page }))

  it('the kill switch', () => killed(stage))

  it('nothing on the way that no page may do', () => {
    expect([...stranger.problems, ...ana.problems, ...ben.problems, ...guest.problems]).toEqual([])
  })

  it('the console while the server is away', async () => {
    await away(stage)
    await test.start()
    await isLive(ana.page)
    expect(await header(ana.page).textContent()).toContain('Live')
  })
})
