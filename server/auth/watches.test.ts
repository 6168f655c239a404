import { afterEach, beforeEach, expect, test } from 'vitest'
import { addToken, changePassword, changeRole, lockOperator, revokeToken } from './accounts.ts'
import type { Auth } from './auth.ts'
import { type AuthFixture, addAccount, createAuthFixture, PASSWORD, VISITOR } from './auth-fixture.ts'
import type { EndReason, Identity } from './identity.ts'

const MINUTE_MS = 60_000
let fixture: AuthFixture
let auth: Auth

beforeEach(async () => {
  fixture = await createAuthFixture()
  auth = fixture.auth
})
afterEach(() => fixture.dispose())

const signIn = () => auth.signIn('ada', PASSWORD, VISITOR)
function ended(identity: Identity): Promise<EndReason> {
  return new Promise((resolve) => void auth.watch(identity, resolve))
}

test('watch() ends at log-out, at once', async () => {
  const { identity } = await signIn()
  const reasons: EndReason[] = []
  auth.watch(identity, (reason) => reasons.push(reason))
  auth.signOut(identity, VISITOR.host)
  expect(reasons).toEqual(['signed_out'])
})

test('watch() ends when the login expires, whether idle or not', async () => {
  const idle = await signIn()
  fixture.clock.now += 30 * MINUTE_MS
  expect(await ended(idle.identity)).toBe('expired')
})

test('watch() ends when another connection locks, demotes, revokes or sets a password', async () => {
  const other = fixture.connect()
  await addAccount(other, 'bob', 'admin')
  const token = await addToken(other, 'robot', 'bob')
  const { identity } = await auth.signIn('bob', PASSWORD, VISITOR)
  const robot = auth.authenticateToken(token) as Identity
  const demoted = Promise.all([ended(identity), ended(robot)])
  await changeRole(other, 'bob', 'viewer')
  expect(await demoted).toEqual(['role_changed', 'role_changed'])

  const revoked = ended(auth.authenticateToken(token) as Identity)
  await revokeToken(other, 'robot')
  expect(await revoked).toBe('revoked')

  const changed = ended((await auth.signIn('bob', PASSWORD, VISITOR)).identity)
  await changePassword(other, 'bob', `${PASSWORD} new`)
  expect(await changed).toBe('signed_out')

  const locked = ended((await auth.signIn('bob', `${PASSWORD} new`, VISITOR)).identity)
  await lockOperator(other, 'bob')
  expect(await locked).toBe('locked')
})

test('watch() calls nobody who has stopped watching', async () => {
  const { identity } = await signIn()
  const reasons: string[] = []
  const stop = auth.watch(identity, () => reasons.push('stopped'))
  auth.watch(identity, () => reasons.push('watching'))
  stop()
  auth.signOut(identity, VISITOR.host)
  expect(reasons).toEqual(['watching'])
})

test('watch() refuses the stream over its cap, and takes one again when another ends', async () => {
  const { identity } = await signIn()
  const stops = Array.from({ length: 1024 }, () => auth.watch(identity, () => {}))
  expect(() => auth.watch(identity, () => {})).toThrow(/too many live streams/)
  stops[0]?.()
  stops[0]?.()
  auth.watch(identity, () => {})
  expect(() => auth.watch(identity, () => {})).toThrow(/too many live streams/)
})
