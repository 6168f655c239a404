import { expect, test } from 'vitest'
import { hashPassword, verifyPassword } from './password.ts'

const PASSWORD = 'correct horse battery'

/** The time of a processor that a job takes, in milliseconds: other programs don't count. */
async function costOf(job: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage()
  await job()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

test('hashPassword() takes scrypt with N=2^17 and r=8 where nothing else is said', async () => {
  const hash = await hashPassword(PASSWORD)
  expect(hash).toMatch(/^scrypt\$17\$8\$[A-Za-z0-9_-]{22}\$[A-Za-z0-9_-]{43}$/)
  expect(await verifyPassword(PASSWORD, hash)).toBe(true)
  expect(await verifyPassword(`${PASSWORD} `, hash)).toBe(false)
})

test('verifyPassword() takes as long for an unknown name as for a known one', async () => {
  const hash = await hashPassword(PASSWORD)
  const known = await costOf(() => verifyPassword('wrong', hash))
  const unknown = await costOf(() => verifyPassword('wrong', null))
  expect(unknown).toBeGreaterThan(known / 2)
  expect(unknown).toBeLessThan(known * 2)
})

test('verifyPassword() takes letters typed as other code points for the same', async () => {
  const hash = await hashPassword('Zürich ist schön', 10)
  expect(await verifyPassword('Zürich ist schön'.normalize('NFD'), hash)).toBe(true)
})

test('verifyPassword() refuses a damaged hash', async () => {
  await expect(verifyPassword(PASSWORD, 'md5$x')).rejects.toThrow('is damaged')
})
