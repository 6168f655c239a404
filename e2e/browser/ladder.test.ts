// Choosing how the agent runs, a model that fails, and a CLI nobody has tried: as the page shows them.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { modelOf, type ScriptedModel, startScriptedModel } from '../../server/drill/scripted-model.ts'
import { type BrokenModel, startAnswering, startHanging } from '../support/broken-models.ts'
import {
  composer,
  header,
  isLive,
  launchBrowser,
  stands,
  transcript,
  type Visitor,
  visit,
} from '../support/browser.ts'
import { ROOT, startTestConsole, type TestConsole } from '../support/console.ts'
import { look } from '../support/look.ts'
import { describeInBrowser } from './describe-in-browser.ts'

/** The real CLI, which says that it is a later one and adds a message that nobody knows. */
const LATER_CLI = `#!/bin/sh
case "$1" in --version) echo "2.2.0 (Claude Code)"; exit;; esac
"${join(ROOT, 'node_modules', '.bin', 'claude')}" "$@" | sed -u \\
  -e 's/"claude_code_version":"[^"]*"/"claude_code_version":"2.2.0"/' \\
  -e 's/^{"type":"result"/{"type":"novelty","says":"hello"}\\n&/'
`

describeInBrowser('how the agent runs, in the page:', () => {
  let scripted: ScriptedModel
  let broken: BrokenModel[]
  let directory: string
  let test: TestConsole
  let browser: Browser
  let ana: Visitor
  let page: Page
  beforeAll(async () => {
    scripted = await startScriptedModel({ scenarios: join(ROOT, 'e2e', 'scenarios') })
    broken = [await startAnswering(401, 'authentication_error', 'invalid x-api-key'), await startHanging()]
    directory = mkdtempSync(join(tmpdir(), 'breakglass-cli-'))
    const cli = join(directory, 'claude')
    writeFileSync(cli, LATER_CLI)
    chmodSync(cli, 0o755)
    const config = `providers:
  - { name: local, base_url: "${scripted.url}", model: ${modelOf('echo')} }
  - { name: keyed, base_url: "${broken[0]?.url}", model: ${modelOf('echo')} }
  - { name: hanging, base_url: "${broken[1]?.url}", model: ${modelOf('echo')} }
ladder: { patience_seconds: 3 }
environment: [CLAUDE_CODE_MAX_RETRIES]
`
    test = await startTestConsole({
      warm: false,
      ...{ model: false, config },
      env: { CLAUDE_CODE_MAX_RETRIES: '1', BREAKGLASS_CLAUDE: cli },
    })
    browser = await launchBrowser()
    ana = await visit(browser, test)
    page = ana.page
  })
  afterAll(async () => {
    await browser?.close()
    await test?.close()
    await scripted?.close()
    for (const model of broken) await model.close()
    rmSync(directory, { recursive: true, force: true })
  })

  it('is chosen where a session is opened', async () => {
    await page.goto('/')
    await page.getByLabel('What is broken?').fill('The mail server refuses every connection')
    await page.getByRole('button', { name: 'More' }).click()
    expect(await page.getByRole('radio', { name: /^print/ }).isChecked()).toBe(true)
    await page.getByLabel('Provider').selectOption('keyed')
    await page.getByRole('button', { name: 'Start recovery' }).click()
    await page.waitForURL(/\/sessions\//)
    await stands(page, 'Failed')
  })

  it('says what a refused key means, and goes on with another provider at one press', async () => {
    const failed = transcript(page).getByText('The provider keyed does not accept the credentials')
    await failed.waitFor()
    await transcript(page).getByText('The CLI said: ').waitFor()
    await page.getByRole('button', { name: 'Continue with local' }).waitFor()
    await look(page, 'a provider is offered')
    await page.getByRole('button', { name: 'Continue with local' }).click()
    await stands(page, 'Done')
    await transcript(page).getByText('You said: The mail server refuses every connection').waitFor()
    await transcript(page).getByText('ana changed the provider from keyed to local').waitFor()
    await page.getByRole('button', { name: 'Continue with local' }).waitFor({ state: 'hidden' })
  })

  it('changes in mid-session, and the conversation goes on', async () => {
    await header(page)
      .getByRole('button', { name: /change how the agent runs/ })
      .click()
    const dialog = page.getByRole('dialog', { name: 'How the agent runs' })
    await dialog.getByRole('radio', { name: /^tui/ }).waitFor()
    await dialog.getByLabel('Provider').selectOption('hanging')
    await dialog.getByRole('button', { name: 'Change' }).click()
    await dialog.waitFor({ state: 'hidden' })
    await header(page).getByText('hanging does not answer').waitFor()
    await composer(page).fill('Anybody there?')
    await composer(page).press('Enter')
    await page.getByRole('button', { name: 'Stop and continue with local' }).click()
    await transcript(page).getByText('You said: Anybody there?').waitFor()
    await stands(page, 'Done')
  })

  it('tells of a CLI that nobody has tried, and counts what it does not know', async () => {
    await isLive(page)
    await header(page)
      .getByText(/claude 2\.2\.0, untried/)
      .waitFor()
    await transcript(page).getByText('Unknown message “novelty” of the CLI').first().waitFor()
    const id = page.url().split('/').at(-1) ?? ''
    const { raw_count, claude_version } = await test.session(id)
    expect(claude_version).toBe('2.2.0')
    expect(raw_count).toBe((await test.events(id)).filter(({ kind }) => kind === 'raw').length)
    expect(raw_count).toBeGreaterThan(0)
    await header(page).getByText(`${raw_count} messages unknown`).waitFor()
    await look(page, 'an untried CLI')
    await page.goto('/')
    const strip = page.getByRole('region', { name: 'Health of the console' })
    await strip.getByText('claude 2.2.0, untried').waitFor()
    await strip.getByText('local answers').waitFor()
    expect((await test.command(['doctor'])).stdout).toMatch(/warn {2}CLI +claude 2\.2\.0, untried/)
    expect(ana.problems).toEqual([])
  })
})
