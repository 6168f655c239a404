import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { PolicyView } from '../../lib/gate-api.ts'
import { addOperator } from '../support/accounts.ts'
import { header, launchBrowser, type Visitor, visit } from '../support/browser.ts'
import { startTestConsole, type TestConsole, until } from '../support/console.ts'
import { describeInBrowser } from './describe-in-browser.ts'

const POLICY = `policy:
  rules:
    - { name: our-shop, verdict: ask_two, axis: irreversible, why: It is the shop, match: { path: "/srv/shop/**" } }
`

describeInBrowser('the page of the policy', () => {
  let test: TestConsole
  let browser: Browser
  let vic: Visitor
  let page: Page
  beforeAll(async () => {
    test = await startTestConsole({ warm: false, config: POLICY })
    browser = await launchBrowser()
    vic = await visit(browser, test, { as: await addOperator(test, 'vic', 'viewer') })
    page = vic.page
  })
  afterAll(async () => {
    await browser?.close()
    await test?.close()
  })

  it('is reached from the settings, and shows the rules in the order in which they are asked', async () => {
    await page.goto('/settings')
    await page.getByRole('link', { name: 'See the policy and try a command' }).click()
    await page.getByRole('heading', { name: 'Policy', exact: true }).waitFor()
    await page.getByText('1; where none of them speaks, the built-in rules decide').waitFor()
    const rows = page.getByRole('table').getByRole('row')
    expect(await rows.nth(2).textContent()).toContain('our-shop')
    await page.getByLabel('Find a rule').fill('firewall')
    await page.getByText(/^\d of \d+ rules$/).waitFor()
    await page.getByRole('rowheader', { name: 'firewall-cleared' }).waitFor()
    await page.getByLabel('Find a rule').fill('nothing has these words')
    await page.getByText('No rule has these words').waitFor()
    await page.getByLabel('Find a rule').fill('')
  })

  it('tries a command as it is written, and runs nothing', async () => {
    const result = page.getByRole('status').filter({ hasText: 'rule' })
    await page.getByRole('button', { name: /fix\.sh/ }).click()
    await result.getByText('An operator decides').waitFor()
    await page.getByLabel('A command').fill('sudo sh -c "rm -rf /srv/shop/data"')
    await result.getByText('Two different people decide').waitFor()
    await result.getByText('Irreversible').waitFor()
    await result.getByText(/seen through sudo/).waitFor()
    await result.getByRole('link', { name: 'our-shop' }).click()
    await expect.poll(() => page.url()).toMatch(/#rule-our-shop$/)
    await page.getByLabel('A command').fill('mkfs.ext4 /dev/sda')
    await result.getByText('Refused').waitFor()
  })

  it('says loudly that the file is broken, on every page, until it is mended', async () => {
    const configFile = join(test.data, '..', 'config.yaml')
    writeFileSync(configFile, 'policy:\n  default: sometimes\n')
    await until(async () => (await test.request<PolicyView>('GET', '/api/policy')).data.problem !== null)
    await page.reload()
    await page.getByText('The policy file is broken and not in force').waitFor()
    await page.getByText(/config\.yaml, line 2, column 12/).waitFor()
    await page.getByRole('rowheader', { name: 'our-shop' }).waitFor()
    const { id } = await test.openSession()
    await page.goto(`/sessions/${id}`)
    const banner = page.getByRole('status').filter({ hasText: 'The policy file is broken' })
    await banner.waitFor()
    // A page of full height gives up the room.
    expect(
      await page.evaluate(() => document.documentElement.scrollHeight - innerHeight),
    ).toBeLessThanOrEqual(0)
    await header(page).waitFor()
    await banner.getByRole('link', { name: 'What is wrong' }).click()
    writeFileSync(configFile, POLICY)
    await until(async () => (await test.request<PolicyView>('GET', '/api/policy')).data.problem === null)
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
    await banner.waitFor({ state: 'detached' })
    await page.getByText('The policy file is broken and not in force').waitFor({ state: 'detached' })
    expect(vic.problems).toEqual([])
  })
})
