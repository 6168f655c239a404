import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { addOperator } from '../support/accounts.ts'
import { composer, isLive, launchBrowser, type Visitor, visit } from '../support/browser.ts'
import { startTestConsole, type TestConsole } from '../support/console.ts'
import { describeInBrowser } from './describe-in-browser.ts'

const CONFIG = `
verbs:
  - { name: say, title: Say a word, group: Words, axis: reversible, argv: [printf, "word: %s", "{word}"], blanks: { word: { example: hello } } }
  - { name: count, title: Count slowly, group: Words, axis: reversible, argv: [sh, -c, "for i in 1 2 3; do echo step $i; sleep 0.4; done; exec sleep 300"] }
  - name: repair
    title: Repair the file
    group: Files
    argv: [cp, broken.txt, repaired.txt]
    evidence: [cat, broken.txt]
    confirm: Copy this file now?
  - { name: nothing, title: Needs what is not here, group: Files, argv: [no-such-program] }
presets:
  - name: slow
    title: Something is slow
    group: Any
    prompt: "{service} is slow since {since}. Find out why."
    blanks: { service: {}, since: { example: "02:41" } }
limits: { warm_processes: 0 }
`

describeInBrowser('runbooks', () => {
  let test: TestConsole
  let browser: Browser
  let ana: Visitor
  let page: Page
  beforeAll(async () => {
    test = await startTestConsole({ warm: false, config: CONFIG })
    browser = await launchBrowser()
    ana = await visit(browser, test)
    page = ana.page
  })
  afterAll(async () => {
    await browser?.close()
    await test?.close()
  })

  const card = (name: RegExp) =>
    page.getByRole('log', { name: 'Transcript' }).getByRole('article', { name }).last()

  const pick = async (typed: string, name: RegExp) => {
    await page.getByPlaceholder('Go to, find a session, run a verb').fill(typed)
    await page.getByRole('option', { name }).waitFor()
    await page.keyboard.press('Enter')
  }

  it('are read, searched, and say what is missing here', async () => {
    await page.goto('/runbooks')
    await page.getByText('printf', { exact: false }).first().waitFor()
    await page.getByText('Looks first: cat broken.txt').waitFor()
    await page
      .getByText('Not available: This host has no program no-such-program', { exact: false })
      .waitFor()
    expect(await page.getByRole('button', { name: 'Run Needs what is not here' }).count()).toBe(0)
    await page.getByRole('searchbox').fill('slow')
    await page.getByRole('heading', { name: 'Presets' }).waitFor()
    expect(await page.getByText('Say a word').count()).toBe(0)
    // What is open is read on while the console is away.
    await page.context().setOffline(true)
    await page.getByRole('searchbox').fill('cp broken')
    await page.getByText('Repair the file').waitFor()
    await page.context().setOffline(false)
    expect(ana.problems).toEqual([])
  })

  it('run from the page in a session that is opened for it', async () => {
    await page.goto('/runbooks')
    await page.getByRole('button', { name: 'Run Say a word' }).click()
    const dialog = page.getByRole('dialog', { name: 'Say a word' })
    await dialog.getByLabel('Session').selectOption({ label: 'Open a new session' })
    await dialog.getByRole('button', { name: 'Run', exact: true }).click()
    await dialog.getByText('Fill in "Word"').waitFor()
    await dialog.getByLabel('Word').fill('--version')
    await dialog.getByText('it would be read as an option', { exact: false }).waitFor()
    await dialog.getByLabel('Word').fill('hello')
    await dialog.getByText("printf 'word: %s' hello").waitFor()
    await dialog.getByLabel('What is broken?').fill('Nobody says a word')
    await dialog.getByRole('button', { name: 'Run', exact: true }).click()
    await page.waitForURL(/\/sessions\/[0-9a-f-]{36}$/)
    await card(/^Verb Say a word/)
      .getByText('word: hello')
      .waitFor()
    await card(/^Verb Say a word/)
      .getByText('Succeeded')
      .waitFor()
    expect(ana.problems).toEqual([])
  })

  it('run from the palette, show what they write, and stop', async () => {
    const { id } = await test.openSession('plain-text')
    await page.goto(`/sessions/${id}`)
    await isLive(page)
    await page.keyboard.press('Control+k')
    await pick('count slowly', /Count slowly/)
    const dialog = page.getByRole('dialog', { name: 'Count slowly' })
    expect(await dialog.getByLabel('Session').inputValue()).toBe(id)
    await dialog.getByRole('button', { name: 'Run', exact: true }).click()
    await card(/^Verb Count/)
      .getByText(/^Running/)
      .waitFor()
    await card(/^Verb Count/)
      .getByText('step 3', { exact: false })
      .waitFor()
    await card(/^Verb Count/)
      .getByRole('button', { name: 'Stop' })
      .click()
    await card(/^Verb Count/)
      .getByText('Stopped', { exact: true })
      .waitFor()
    await card(/^Verb Count/)
      .getByText('stopped by ana', { exact: false })
      .waitFor()
    // The same card when the record is read again, and a place in its timeline.
    await page.reload()
    await card(/^Verb Count/)
      .getByText('step 3', { exact: false })
      .waitFor()
    await page.getByRole('tab', { name: 'Timeline' }).click()
    const timeline = page.getByRole('tabpanel', { name: 'Timeline' })
    await timeline.getByRole('link', { name: /Count slowly.*verb · stopped · by ana/ }).waitFor()
    await timeline.getByText('verbs', { exact: true }).waitFor()
    expect(ana.problems).toEqual([])
  })

  it('show their evidence, run when it is confirmed, and not when it is not', async () => {
    const { id, workspace } = await test.openSession('plain-text')
    writeFileSync(join(workspace, 'broken.txt'), 'what is broken\n')
    await page.goto(`/sessions/${id}`)
    await isLive(page)
    for (const answer of ['Don’t run it', 'Run it']) {
      await page.getByRole('button', { name: 'Verbs and presets' }).click()
      await pick('repair', /Repair the file/)
      await page.getByRole('dialog').getByRole('button', { name: 'Look first' }).click()
      await card(/^Verb Repair/)
        .getByText('what is broken')
        .waitFor()
      await card(/^Verb Repair/)
        .getByText('Copy this file now?')
        .waitFor()
      expect(existsSync(join(workspace, 'repaired.txt'))).toBe(false)
      // It waits for an answer, also from who comes later.
      await page.reload()
      await card(/^Verb Repair/)
        .getByRole('button', { name: answer, exact: true })
        .click()
      await card(/^Verb Repair/)
        .getByText(answer === 'Run it' ? 'Succeeded' : 'Cancelled')
        .waitFor()
    }
    expect(existsSync(join(workspace, 'repaired.txt'))).toBe(true)
    expect(ana.problems).toEqual([])
  })

  it('put a preset into the composer, where what is still open is marked', async () => {
    const { id } = await test.openSession('plain-text')
    await page.goto(`/sessions/${id}`)
    await isLive(page)
    await page.keyboard.press('Control+k')
    await pick('something is slow', /Something is slow/)
    const dialog = page.getByRole('dialog', { name: 'Something is slow' })
    await dialog.getByLabel('Service').fill('checkout')
    await dialog.getByRole('button', { name: 'Put it into the composer' }).click()
    await dialog.waitFor({ state: 'detached' })
    await composer(page).waitFor()
    await page.waitForFunction(() => getSelection()?.toString() === '{since}')
    expect(await composer(page).inputValue()).toBe('checkout is slow since {since}. Find out why.')
    await page.keyboard.type('noon')
    expect(await composer(page).inputValue()).toBe('checkout is slow since noon. Find out why.')
    // On another page it waits in that session's composer.
    const other = await test.openSession('plain-text', { title: 'The other one' })
    await page.goto('/runbooks')
    await page.getByRole('button', { name: 'Use Something is slow' }).click()
    await page.getByRole('dialog').getByLabel('Composer of').selectOption({ label: 'The other one' })
    await page.getByRole('button', { name: 'Put it into the composer' }).click()
    await page.waitForURL(`**/sessions/${other.id}`)
    await page.waitForFunction(() =>
      document.querySelector('textarea')?.value.startsWith('{service} is slow since'),
    )
    expect(ana.problems).toEqual([])
  })

  it('are for viewers to read only', async () => {
    const vera = await visit(browser, test, { as: await addOperator(test, 'vera', 'viewer') })
    await vera.page.goto('/runbooks')
    await vera.page.getByText('you can read them, not run them', { exact: false }).waitFor()
    expect(await vera.page.getByRole('button', { name: /^(Run|Use) / }).count()).toBe(0)
    await vera.page.keyboard.press('Control+k')
    await vera.page.getByRole('option', { name: 'Runbooks' }).waitFor()
    expect(await vera.page.getByRole('option', { name: /Say a word|Something is slow/ }).count()).toBe(0)
    const { id, workspace } = await test.openSession('plain-text')
    writeFileSync(join(workspace, 'broken.txt'), 'what is broken\n')
    await test.request('POST', `/api/sessions/${id}/verbs`, { name: 'repair' })
    await vera.page.goto(`/sessions/${id}`)
    await vera.page.getByText('An operator has to confirm it.').waitFor()
    expect(await vera.page.getByRole('button', { name: 'Run it' }).count()).toBe(0)
    expect(vera.problems).toEqual([])
    await vera.context.close()
  })
})
