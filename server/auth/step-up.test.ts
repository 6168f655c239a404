import { afterEach, beforeEach, expect, test } from 'vitest'
import { addToken } from './accounts.ts'
import type { SignedIn } from './auth.ts'
import { type AuthFixture, cookieHeaders, createAuthFixture, PASSWORD, VISITOR } from './auth-fixture.ts'
import type { Identity } from './identity.ts'

const MINUTE_MS = 60_000

let fixture: AuthFixture
let login: SignedIn

beforeEach(async () => {
  fixture = await createAuthFixture()
  login = await fixture.auth.signIn('ada', PASSWORD, VISITOR)
})
afterEach(() => fixture.dispose())

const current = () => fixture.auth.authenticate(cookieHeaders(login)) as Identity
const stepUp = (password: string) => fixture.auth.stepUp(current(), password, VISITOR)

test('stepUp() is good for five minutes, for this login alone, also after a restart', async () => {
  expect(current().stepped_up).toBe(false)
  expect(await stepUp(PASSWORD)).toBe(new Date(fixture.clock.now + 5 * MINUTE_MS).toISOString())
  expect(current().stepped_up).toBe(true)
  expect(fixture.restart().authenticate(cookieHeaders(login))?.stepped_up).toBe(true)
  const other = await fixture.auth.signIn('ada', PASSWORD, VISITOR)
  expect(fixture.auth.authenticate(cookieHeaders(other))?.stepped_up).toBe(false)
  fixture.clock.now += 5 * MINUTE_MS
  expect(current().stepped_up).toBe(false)
})

test('stepUp() counts wrong passwords as sign-in does', async () => {
  const codeOf = (promise: Promise<unknown>) =>
    promise.then(
      () => 'none',
      (error) => error.problem.code,
    )
  for (let count = 0; count < 5; count++) expect(await codeOf(stepUp('wrong'))).toBe('wrong_password')
  expect(await codeOf(stepUp(PASSWORD))).toBe('too_many_sign_ins')
  expect(await codeOf(fixture.auth.signIn('ada', PASSWORD, VISITOR))).toBe('too_many_sign_ins')
  expect(current().stepped_up).toBe(false)
})

test('stepUp() has nothing to ask of a bearer token', async () => {
  const token = await addToken(fixture.database, 'robot', 'ada')
  const bearer = fixture.auth.authenticateToken(token) as Identity
  expect(bearer.stepped_up).toBe(true)
  expect(await fixture.auth.stepUp(bearer, 'whatever', VISITOR)).toBeNull()
})
