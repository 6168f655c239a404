import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { addToken, changePassword, changeRole, lockOperator, revokeToken } from './accounts.ts'
import { type Auth, createAuth } from './auth.ts'
import {
  type AuthFixture,
  addAccount,
  cookieHeaders,
  createAuthFixture,
  ORIGINS,
  PASSWORD,
  VISITOR,
} from './auth-fixture.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
// An account that has the product's own cost takes a core for a third of a second at each sign-in.
vi.setConfig({ testTimeout: 60_000 })
let fixture: AuthFixture
let auth: Auth

beforeEach(async () => {
  fixture = await createAuthFixture()
  auth = fixture.auth
})
afterEach(() => fixture.dispose())

const signIn = (visitor = VISITOR) => auth.signIn('ada', PASSWORD, visitor)
const fail = (address = VISITOR.address, by = auth) => by.signIn('ada', 'wrong', { ...VISITOR, address })
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'none',
    (error) => error.problem.code as string,
  )

test('signIn() opens a login that the cookie proves when the password is right', async () => {
  const signedIn = await signIn()
  expect(signedIn.set_cookie).toMatch(
    /^breakglass_[0-9a-f]{8}=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=28800$/,
  )
  expect(auth.authenticate(cookieHeaders(signedIn))).toEqual(signedIn.identity)
  expect(signedIn.identity).toMatchObject({ via: 'login', operator: { name: 'ada', role: 'admin' } })
})

test('signIn() keeps only a hash of the secret', async () => {
  const secret = (await signIn()).set_cookie.split(';', 1)[0]?.split('=')[1] ?? ''
  expect(JSON.stringify(fixture.database.prepare('SELECT * FROM logins').all())).not.toContain(secret)
})

test('signIn() makes a __Host- cookie, no good elsewhere, when the Host belongs to an https origin', async () => {
  const signedIn = await signIn({ ...VISITOR, host: 'console.example' })
  expect(signedIn.set_cookie).toMatch(/^__Host-breakglass_.*; Secure$/)
  expect(auth.authenticate(cookieHeaders(signedIn, 'console.example'))).not.toBeNull()
  expect(auth.authenticate(cookieHeaders(signedIn))).toBeNull()
})

test('signIn() says the same of an unknown name and of a wrong password', async () => {
  const unknown = await auth.signIn('nobody', PASSWORD, VISITOR).catch((error) => error.problem)
  expect(unknown).toMatchObject({ status: 401, code: 'wrong_name_or_password' })
  expect(await fail().catch((error) => error.problem)).toEqual(unknown)
})

test('signIn() says that an account is locked only when the password is right', async () => {
  await addAccount(fixture.database, 'bob', 'viewer')
  await lockOperator(fixture.database, 'bob')
  expect(await codeOf(auth.signIn('bob', PASSWORD, VISITOR))).toBe('locked')
  expect(await codeOf(auth.signIn('bob', 'wrong', VISITOR))).toBe('wrong_name_or_password')
})

test('signIn() blocks an address after five failures, also after a restart, and no other address', async () => {
  for (let count = 0; count < 5; count++) expect(await codeOf(fail())).toBe('wrong_name_or_password')
  const refusal = await signIn().catch((error) => error)
  expect(refusal.problem).toMatchObject({ status: 429, code: 'too_many_sign_ins' })
  expect(refusal.headers).toEqual({ 'retry-after': '1800' })
  expect(await codeOf(signIn({ ...VISITOR, address: '::ffff:192.0.2.1' }))).toBe('too_many_sign_ins')
  expect(await codeOf(fixture.restart().signIn('ada', PASSWORD, VISITOR))).toBe('too_many_sign_ins')
  expect(await codeOf(signIn({ ...VISITOR, address: '192.0.2.2' }))).toBe('none')
  expect(await codeOf(signIn({ ...VISITOR, host: 'console.example' }))).toBe('none')
  fixture.clock.now += 30 * MINUTE_MS
  expect(await codeOf(signIn())).toBe('none')
})

test('signIn() doubles the block each time', async () => {
  for (const minutes of [30, 60, 120]) {
    for (let count = 0; count < 5; count++) await codeOf(fail())
    fixture.clock.now += minutes * MINUTE_MS - 1
    expect(await codeOf(fail())).toBe('too_many_sign_ins')
    fixture.clock.now += 1
  }
})

test('signIn() forgets failures after 15 minutes', async () => {
  for (let count = 0; count < 4; count++) await codeOf(fail())
  fixture.clock.now += 15 * MINUTE_MS
  await codeOf(fail())
  expect(await codeOf(signIn())).toBe('none')
})

test('signIn() forgives an address when an admin gets in, and nobody else', async () => {
  await addAccount(fixture.database, 'bob', 'operator')
  for (let count = 0; count < 4; count++) await codeOf(fail())
  expect(await codeOf(auth.signIn('bob', PASSWORD, VISITOR))).toBe('none')
  await codeOf(fail())
  expect(await codeOf(signIn())).toBe('too_many_sign_ins')
  for (let count = 0; count < 4; count++) await codeOf(fail('192.0.2.9'))
  expect(await codeOf(signIn({ ...VISITOR, address: '192.0.2.9' }))).toBe('none')
  expect(await codeOf(fail('192.0.2.9'))).toBe('wrong_name_or_password')
  expect(await codeOf(signIn({ ...VISITOR, address: '192.0.2.9' }))).toBe('none')
})

test('signIn() checks at most five at once from an address', async () => {
  const codes = await Promise.all(Array.from({ length: 30 }, () => codeOf(fail())))
  expect(codes.filter((code) => code === 'wrong_name_or_password')).toHaveLength(5)
  expect(codes.filter((code) => code === 'too_many_sign_ins')).toHaveLength(25)
})

test('signIn() works while another process holds the database, and signOut() ends that login', async () => {
  const other = fixture.connect()
  other.exec('BEGIN IMMEDIATE')
  expect(await codeOf(fail('203.0.113.1'))).toBe('wrong_name_or_password')
  const signedIn = await signIn()
  expect(auth.authenticate(cookieHeaders(signedIn))).not.toBeNull()
  other.exec('COMMIT')
  await changePassword(other, 'ada', `${PASSWORD} new`)
  expect(auth.authenticate(cookieHeaders(signedIn))).toBeNull()
})

test('signIn() and its throttle work when the disk is full', async () => {
  const { database } = fixture
  const pages = database.pragma('page_count', { simple: true })
  database.pragma(`max_page_count = ${pages}`)
  const fill = database.prepare('INSERT INTO settings (key, value) VALUES (?, ?)')
  for (const size of [2000, 500, 100, 10, 1]) {
    // Fills what the pages in use have left, down to the last bytes.
    expect(() => {
      for (let count = 0; ; count++) fill.run(`${size} ${count}`, 'x'.repeat(size))
    }).toThrow(/full/)
  }
  for (let count = 0; count < 5; count++)
    expect(await codeOf(fail('203.0.113.1'))).toBe('wrong_name_or_password')
  expect(await codeOf(fail('203.0.113.1'))).toBe('too_many_sign_ins')
  const signedIn = []
  for (let count = 0; count < 3; count++) signedIn.push(await signIn())
  for (const each of signedIn) expect(auth.authenticate(cookieHeaders(each))).not.toBeNull()
  for (const each of signedIn) {
    auth.signOut(each.identity, VISITOR.host)
    expect(auth.authenticate(cookieHeaders(each))).toBeNull()
  }
})

test('signOut() ends the login even while another process holds the database', async () => {
  const signedIn = await signIn()
  const other = fixture.connect()
  other.exec('BEGIN IMMEDIATE')
  expect(auth.signOut(signedIn.identity, VISITOR.host)).toContain('Max-Age=0')
  expect(auth.authenticate(cookieHeaders(signedIn))).toBeNull()
  other.exec('COMMIT')
})

test('authenticate() refuses a login after 30 idle minutes, and after 8 hours of use', async () => {
  const idle = cookieHeaders(await signIn())
  fixture.clock.now += 30 * MINUTE_MS
  expect(auth.authenticate(idle)).toBeNull()
  const used = cookieHeaders(await signIn())
  for (let at = 0; at < 8 * HOUR_MS - 20 * MINUTE_MS; at += 20 * MINUTE_MS) {
    fixture.clock.now += 20 * MINUTE_MS
    expect(auth.authenticate(used)).not.toBeNull()
  }
  fixture.clock.now += 20 * MINUTE_MS
  expect(auth.authenticate(used)).toBeNull()
})

test('authenticate() does not put the idle time-out off when the use is passive', async () => {
  const headers = cookieHeaders(await signIn())
  fixture.clock.now += 20 * MINUTE_MS
  expect(auth.authenticate(headers, 'passive')).not.toBeNull()
  fixture.clock.now += 10 * MINUTE_MS
  expect(auth.authenticate(headers, 'passive')).toBeNull()
})

test('authenticate() reads the role from the database each time', async () => {
  await addAccount(fixture.database, 'bob', 'admin')
  const headers = cookieHeaders(await auth.signIn('bob', PASSWORD, VISITOR))
  await changeRole(fixture.connect(), 'bob', 'viewer')
  expect(auth.authenticate(headers)?.operator.role).toBe('viewer')
})

test('authenticate() refuses tampered, doubled and foreign cookies', async () => {
  const cookie = cookieHeaders(await signIn()).get('cookie') ?? ''
  const host = VISITOR.host
  const tampered = cookie.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))
  for (const each of [
    tampered,
    `${cookie}; ${cookie}`,
    cookie.toUpperCase(),
    cookie.replace(/^\w+=/, 'breakglass='),
  ]) {
    expect(auth.authenticate(new Headers({ host, cookie: each }))).toBeNull()
  }
  expect(auth.authenticate(new Headers({ host, cookie: `other=1; ${cookie}` }))).not.toBeNull()
})

test('authenticate() takes a bearer token, and no cookie beside a wrong one', async () => {
  const token = await addToken(fixture.database, 'robot', 'ada')
  const bearer = auth.authenticate(new Headers({ authorization: `Bearer ${token}` }))
  expect(bearer).toMatchObject({ via: 'token', csrf_token: null, operator: { name: 'ada' } })
  const headers = cookieHeaders(await signIn())
  headers.set('authorization', 'Bearer wrongwrongwrongwrongwrong')
  expect(auth.authenticate(headers)).toBeNull()
  await revokeToken(fixture.connect(), 'robot')
  expect(auth.authenticateToken(token)).toBeNull()
})

test('authenticate() refuses the login and the token of a locked operator', async () => {
  await addAccount(fixture.database, 'bob', 'admin')
  const token = await addToken(fixture.database, 'robot', 'bob')
  const headers = cookieHeaders(await auth.signIn('bob', PASSWORD, VISITOR))
  await lockOperator(fixture.connect(), 'bob')
  expect(auth.authenticate(headers)).toBeNull()
  expect(auth.authenticateToken(token)).toBeNull()
})

test('authenticate() refuses a locked operator whose login has been left', async () => {
  const headers = cookieHeaders(await signIn())
  fixture.database.prepare('UPDATE operators SET locked_at = ?').run('2026-01-01T00:00:00Z')
  expect(auth.authenticate(headers)).toBeNull()
})

test('setUpToken() is null when there is an account', () => {
  expect(auth.setUpToken()).toBeNull()
  expect(auth.hasOperators()).toBe(true)
})

test('setUp() makes the first admin once, with the token printed last', async () => {
  fixture.database.exec('DELETE FROM operators')
  const first = auth.setUpToken() ?? ''
  const second = createAuth({ database: fixture.connect(), origins: ORIGINS }).setUpToken() ?? ''
  expect(await codeOf(auth.setUp(first, 'eve', PASSWORD, VISITOR))).toBe('wrong_set_up_token')
  expect(await codeOf(auth.setUp('', 'eve', PASSWORD, VISITOR))).toBe('wrong_set_up_token')
  const both = await Promise.all([
    codeOf(auth.setUp(second, 'eve', PASSWORD, VISITOR)),
    codeOf(auth.setUp(second, 'mallory', PASSWORD, VISITOR)),
  ])
  expect(both.sort()).toEqual(['already_set_up', 'none'])
  expect(await codeOf(auth.setUp(second, 'mallory', PASSWORD, VISITOR))).toBe('already_set_up')
  expect(fixture.database.prepare('SELECT role FROM operators').pluck().all()).toEqual(['admin'])
})
