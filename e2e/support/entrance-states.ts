// The states before anybody has signed in, and of a console that has nothing yet.
import { ADMIN } from './console.ts'
import type { Stage } from './states.ts'

/** Set-up and sign-in, with their refusals. @param stage of a console without an account */
export async function entrance({ test, page, at }: Stage): Promise<void> {
  const token = /setup#(\S+)/.exec(test.output())?.[1] ?? ''
  await page.goto('/setup')
  await page.getByLabel('Set-up token').fill(token)
  await at(page, 'set-up')
  await page.getByRole('button', { name: 'Make the account' }).click()
  await page.getByText('Use at least 12 characters').waitFor()
  await at(page, 'set-up refused')
  await page.getByRole('textbox', { name: 'Name' }).fill(ADMIN.name)
  await page.getByRole('textbox', { name: 'Password', exact: true }).fill(ADMIN.password)
  await page.getByRole('button', { name: 'Make the account' }).click()
  await page.getByRole('heading', { name: 'What is broken?' }).waitFor()
  const cookies = await page.context().cookies()
  await page.context().clearCookies()
  await page.goto('/login')
  await at(page, 'sign-in')
  await page.getByRole('textbox', { name: 'Name' }).fill(ADMIN.name)
  await page.getByRole('textbox', { name: 'Password', exact: true }).fill('wrong')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText('The name or the password is wrong').waitFor()
  await at(page, 'sign-in refused')
  await page.context().addCookies(cookies)
}

/** The first page without credentials, an empty history, an address that is none. */
export async function nothingYet({ page, at }: Stage): Promise<void> {
  await page.goto('/')
  await page.getByText('No model credentials were found').waitFor()
  await page.getByText('Record', { exact: true }).waitFor()
  await at(page, 'now without credentials')
  await page.goto('/sessions')
  await page.getByText('No sessions yet').waitFor()
  await at(page, 'history, empty')
  await page.goto('/terminals')
  await page.getByRole('heading', { level: 1 }).waitFor()
  await at(page, 'terminals, none')
  await page.goto('/nowhere')
  await page.getByRole('heading', { name: 'There is nothing at this address' }).waitFor()
  await at(page, 'not found')
}
