// The states of the pages around the sessions: the first page, history, runbooks, policy, settings, accounts, terminals.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PolicyView } from '../../lib/gate-api.ts'
import type { TerminalView } from '../../lib/terminal-api.ts'
import { showPassword } from './browser.ts'
import { until } from './console.ts'
import type { Stage } from './states.ts'

/** The first page, a filled history, palette and key map. */
export async function firstPages({ page, at }: Stage): Promise<void> {
  await page.goto('/')
  await page.getByRole('region', { name: 'Needs you' }).waitFor()
  await page.getByText('Record', { exact: true }).waitFor()
  await at(page, 'now')
  await page.getByRole('button', { name: 'More' }).click()
  await at(page, 'now, more')
  await page.goto('/sessions')
  await page.getByRole('table').waitFor()
  await at(page, 'history')
  await page.goto('/sessions?q=nothing-like-this')
  await at(page, 'history, nothing found')
  await page.keyboard.press('Control+k')
  await page.getByRole('dialog').getByRole('option').first().waitFor()
  await at(page, 'palette')
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.getByRole('main').focus()
  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'Keys' }).waitFor()
  await at(page, 'key map')
  await page.keyboard.press('Escape')
}

/** Verbs and presets, one of each filled in. */
export async function runbooks({ page, at }: Stage): Promise<void> {
  await page.goto('/runbooks')
  await page.getByText('df -hT').waitFor()
  await at(page, 'runbooks')
  await page.getByRole('button', { name: 'Run Ask a process to end' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Process id').fill('-1')
  await dialog.getByText('it would be read as an option', { exact: false }).waitFor()
  await at(page, 'a verb, filled in wrongly')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Use A disk is full' }).click()
  await page.getByRole('dialog', { name: 'A disk is full' }).waitFor()
  await at(page, 'a preset')
  await page.keyboard.press('Escape')
}

/** The policy, a command tried against it, its file broken. */
export async function policy({ test, page, at }: Stage): Promise<void> {
  await page.goto('/settings/policy')
  await page.getByRole('button', { name: /fix\.sh/ }).waitFor()
  // Some of its rules: all look alike, and axe looks at each.
  await page.getByLabel('Find a rule').fill('secret')
  await at(page, 'policy')
  await page.getByLabel('A command').fill('sudo systemctl stop postgresql && rm -rf /var/lib/postgresql')
  await page.getByText('What is seen in it').waitFor()
  await page.getByLabel('Find a rule').fill('nothing has these words')
  await at(page, 'policy, a command tried')

  const file = join(test.data, '..', 'config.yaml')
  const whole = readFileSync(file, 'utf8')
  const isBroken = async () => (await test.request<PolicyView>('GET', '/api/policy')).data.problem !== null
  writeFileSync(file, whole.replace('default: ask', 'default: sometimes'))
  await until(isBroken)
  await page.reload()
  await page.getByText('The policy file is broken and not in force').waitFor()
  await page.getByLabel('Find a rule').fill('secret')
  await at(page, 'policy, its file broken')
  writeFileSync(file, whole)
  await until(async () => !(await isBroken()))
}

/** Settings, the accounts, one of them locked, the password asked for once more. @param other name of an account */
export async function settings({ page, at, other }: Stage & { other: string }): Promise<void> {
  await page.goto('/settings')
  await page.getByText('claude 2.').waitFor()
  await at(page, 'settings')
  await page.goto('/settings/operators')
  const row = page.getByRole('listitem').filter({ hasText: other })
  await row.getByRole('button', { name: `Lock ${other}…` }).click()
  await at(page, 'operators, one about to be locked')
  await row.getByRole('button', { name: `Lock ${other} now` }).click()
  await row.getByText('Locked', { exact: true }).waitFor()
  await at(page, 'operators, one locked')
  await row.getByRole('button', { name: `Unlock ${other}` }).click()
  await page.getByRole('dialog', { name: 'Your password once more' }).waitFor()
  await at(page, 'the password once more')
  await showPassword(page, { password: 'not this one' })
  await page.getByText('This is not the password of your account').waitFor()
  await at(page, 'the password once more, refused')
  await showPassword(page)
  await row.getByText('Active', { exact: true }).waitFor()
  await page.getByRole('button', { name: `Manage ${other}` }).click()
  await page.getByLabel('Role').selectOption('viewer')
  await page.getByRole('button', { name: 'Change the role' }).click()
  await page.getByText(`${other} is viewer now`).waitFor()
  await at(page, 'an account, changed')
  await page.getByRole('button', { name: 'Close', exact: true }).click()
  await page.getByRole('button', { name: 'Add an operator…' }).click()
  await page.getByRole('textbox', { name: 'Name' }).fill('no good name')
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await page.getByText('Use 1 to 32 letters').waitFor()
  await at(page, 'an account that can’t be added')
  await page.keyboard.press('Escape')
}

/** A shell on its own page and in the list, and its recording. */
export async function terminals({ test, page, at }: Stage): Promise<void> {
  const { id } = await test.openSession('plain-text', { reason: 'The queue of mx-1 does not get shorter' })
  const path = `/api/sessions/${id}/terminals`
  const { data } = await test.request<TerminalView>('POST', path, { kind: 'shell', cols: 100, rows: 30 })
  const input = (text: string) => test.request('POST', `/api/terminals/${data.id}/input`, { data: text })
  await input('PS1="$ "; clear; printf "\\e[32mok\\e[0m mx-1 \\e[31m1,204 wait\\e[0m\\n"; echo re""ady\r')
  const ready = () => page.locator('[data-screen] .xterm-rows').getByText('ready', { exact: true }).waitFor()
  await page.goto(`/terminals/${data.id}`)
  await ready()
  await at(page, 'a terminal')
  await page.goto('/terminals')
  await page.getByRole('listitem').filter({ hasText: 'The queue of mx-1' }).waitFor()
  await at(page, 'terminals')
  await page.goto(`/sessions/${id}`)
  const tab = page.getByRole('tab', { name: 'Terminal' })
  await tab.click()
  await ready()
  await at(page, 'console, a terminal beside it')
  await test.request('DELETE', `/api/terminals/${data.id}`)
  await page.goto(`/terminals/${data.id}`)
  await page.getByRole('slider', { name: 'Position in the recording' }).waitFor()
  await at(page, 'a terminal, recorded')
}
