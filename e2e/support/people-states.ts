// The states that somebody else makes: a session shared with an observer, the kill switch pulled.

import type { Page } from 'playwright-core'
import type { KillView } from '../../lib/kill-api.ts'
import type { AddedObserver } from '../../lib/observer-api.ts'
import { isLive } from './browser.ts'
import type { Stage } from './states.ts'

/** One session, to read: while it asks, and after the link has ended. @param guest a page that is not signed in */
export async function observed({ test, at, guest }: Stage & { guest: Page }): Promise<void> {
  const { id } = await test.openSession('several-tools', { reason: 'The vendor wants to read along' })
  await test.prompt(id, 'Look at what is there')
  const made = await test.request<AddedObserver>('POST', `/api/sessions/${id}/observers`, {
    label: 'vendor support',
  })
  await guest.goto(made.data.url)
  await guest.waitForURL(`${test.url}/observe/${id}`)
  await isLive(guest)
  await guest.getByRole('region', { name: 'Approval' }).waitFor()
  await at(guest, 'observer')
  await test.request('DELETE', `/api/sessions/${id}/observers/${made.data.id}`)
  await guest.getByText('This link has ended. What you see is as of then.').waitFor()
  await at(guest, 'observer, the link ended')
  await guest.goto(made.data.url)
  await guest.getByRole('alert').getByText('This link is not valid').waitFor()
  await at(guest, 'observer, no valid link')
}

/** Asked for, engaged, with what survived, about to be lifted. It is lifted afterwards. */
export async function killed({ test, page, at }: Stage): Promise<void> {
  await page.goto('/')
  await page.getByRole('button', { name: 'Kill switch' }).click()
  const dialog = page.getByRole('dialog', { name: 'Kill everything?' })
  await dialog.getByLabel('Reason').fill('It is deleting the wrong volume')
  await at(page, 'kill switch, asked')
  // What survives can't be made on every host: the console's own answers, with two added.
  const survivors = [
    { pid: 4121, command: '/usr/sbin/mkfs.ext4 -F /dev/sdb1' },
    { pid: 4377, command: 'rsync -a --delete /srv/pay-2/ backup:/srv/pay-2/' },
  ]
  await page.route('**/api/kill', async (route) => {
    const response = await route.fetch()
    await route.fulfill({ response, json: { ...((await response.json()) as KillView), survivors } })
  })
  await dialog.getByRole('button', { name: 'Kill everything' }).click()
  const banner = page.getByRole('region', { name: 'Kill switch' })
  await banner.getByText('2 processes still run').waitFor()
  await at(page, 'kill switch, some survived')
  await page.unrouteAll({ behavior: 'wait' })
  await banner.getByText('2 processes still run').waitFor({ state: 'detached' })
  await at(page, 'kill switch, engaged')
  await banner.getByRole('button', { name: 'Lift…' }).click()
  await at(page, 'kill switch, lifting')
  await page.keyboard.press('Escape')
  await test.request('DELETE', '/api/kill', {})
  await banner.waitFor({ state: 'detached' })
}
