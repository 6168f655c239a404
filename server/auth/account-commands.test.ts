import { Readable, Writable } from 'node:stream'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { runAccountCommand } from './account-commands.ts'
import { type AuthFixture, addAccount, createAuthFixture, PASSWORD, VISITOR } from './auth-fixture.ts'

vi.setConfig({ testTimeout: 60_000 })
let fixture: AuthFixture
beforeEach(async () => {
  fixture = await createAuthFixture()
})
afterEach(() => fixture.dispose())

async function run(line: string, stdin = '') {
  const said = { out: '', err: '' }
  const collect = (to: 'out' | 'err') =>
    new Writable({
      write(chunk, _encoding, done) {
        said[to] += chunk
        done()
      },
    })
  const io = { stdin: Readable.from([Buffer.from(stdin)]), stdout: collect('out'), stderr: collect('err') }
  const code = await runAccountCommand(line.split(' '), io, fixture.database)
  return { code, ...said }
}

test('operator add makes an account that can sign in, the line break after the password left out', async () => {
  const added = await run('operator add bob --role operator --password-stdin', `${PASSWORD}\n`)
  expect(added).toEqual({ code: 0, out: 'Added bob with the role operator\n', err: '' })
  const { identity } = await fixture.auth.signIn('bob', PASSWORD, VISITOR)
  expect(identity.operator.role).toBe('operator')
})

test.each([
  ['operator add ada --role admin --password-stdin', PASSWORD, 'The name "ada" is taken'],
  ['operator add ADA --role admin --password-stdin', PASSWORD, 'The name "ADA" is taken'],
  [
    'operator add bob --role root --password-stdin',
    PASSWORD,
    '"root" is not known: use viewer, operator, admin',
  ],
  ['operator add bob --role viewer --password-stdin', '', 'The password is empty'],
  ['operator add bob --role viewer --password-stdin', '\n', 'The password is empty'],
  ['operator add bob --role viewer --password-stdin', 'short', 'Use at least 12 characters'],
  ['operator add ../x --role viewer --password-stdin', PASSWORD, 'The name "../x" can\'t be used'],
  ['operator add bob --role viewer --password-stdin', 'x'.repeat(9000), 'The password is over 8192 bytes'],
  ['operator passwd bob --password-stdin', PASSWORD, 'There is no operator "bob"'],
  ['operator lock ada', '', '"ada" is the last admin and can\'t be locked'],
  ['operator role ada viewer', '', '"ada" is the last admin and can\'t be demoted'],
  ['operator role ada boss', '', 'The role "boss" is not known'],
  ['operator unlock bob', '', 'There is no operator "bob"'],
  ['token add robot --operator bob', '', 'There is no operator "bob"'],
  ['token revoke robot', '', 'There is no valid token "robot"'],
])('%s is refused with exit code 1 when given %j', async (line, stdin, message) => {
  const { code, out, err } = await run(line, stdin)
  expect(err).toContain(message)
  expect({ code, out }).toEqual({ code: 1, out: '' })
})

test.each([
  'operator',
  'operator frob bob',
  'operator add --role viewer --password-stdin',
  'operator add bob --password-stdin',
  'operator add bob --role viewer',
  'operator lock ada --password-stdin',
  'operator add bob --frob',
  'token add robot',
])('%s is not understood: usage and exit code 2', async (line) => {
  const { code, out, err } = await run(line)
  expect({ code, out }).toEqual({ code: 2, out: '' })
  expect(err).toContain('Usage:')
})

test('operator passwd signs the operator out and sets the password', async () => {
  await run('token add robot --operator ada')
  const { identity } = await fixture.auth.signIn('ada', PASSWORD, VISITOR)
  const ended = new Promise((resolve) => void fixture.auth.watch(identity, resolve))
  const changed = await run('operator passwd ada --password-stdin', 'another good password\r\n')
  expect(changed.out).toContain('1 bearer token(s) stay valid')
  expect(await ended).toBe('signed_out')
  await fixture.auth.signIn('ada', 'another good password', VISITOR)
})

test('operator role and lock work as soon as there is another admin', async () => {
  await addAccount(fixture.database, 'bob', 'viewer')
  expect((await run('operator role bob --role admin')).code).toBe(0)
  expect((await run('operator lock ada')).code).toBe(0)
  expect((await run('operator lock bob')).err).toContain('last admin')
  const { out } = await run('operator list')
  expect(out).toMatch(/^ada {2}admin {2}locked .*\nbob {2}admin {2}active .*\n$/)
})

test('operator unlock lets a blocked address sign in again', async () => {
  const wrong = () => fixture.auth.signIn('ada', 'wrong', VISITOR).catch((error) => error.problem.status)
  for (let count = 0; count < 5; count++) expect(await wrong()).toBe(401)
  expect(await wrong()).toBe(429)
  expect((await run('operator unlock ada')).code).toBe(0)
  await fixture.auth.signIn('ada', PASSWORD, VISITOR)
})

test('token add prints the token and nothing else, and list never shows it', async () => {
  const { code, out, err } = await run('token add robot --operator ada')
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(out).toMatch(/^bg_[A-Za-z0-9_-]{43}\n$/)
  expect(fixture.auth.authenticateToken(out.trim())?.operator.name).toBe('ada')
  expect((await run('token add robot --operator ada')).err).toContain('A token "robot" exists')
  const list = (await run('token list')).out
  expect(list).toMatch(/^robot {2}ada {2}valid {2}used \d/)
  expect(list).not.toContain(out.trim())
  expect((await run('token revoke robot')).code).toBe(0)
  expect(fixture.auth.authenticateToken(out.trim())).toBeNull()
  expect((await run('token add robot --operator ada')).code).toBe(0)
})

test('token add makes a token of the gateway, which opens nothing of the console', async () => {
  const { out } = await run('token add robot --operator ada --scope gateway')
  expect(fixture.auth.authenticateToken(out.trim())).toMatchObject({ scope: 'gateway' })
  expect(fixture.auth.authenticate(new Headers({ authorization: `Bearer ${out.trim()}` }))).toBeNull()
  expect((await run('token list')).out).toContain('scope gateway')
  expect((await run('token add other --operator ada --scope root')).err).toContain(
    'The scope "root" is not known: use console or gateway',
  )
})

test('an account command waits for another process that holds the database', async () => {
  const other = fixture.connect()
  other.exec('BEGIN IMMEDIATE')
  const adding = run('token add robot --operator ada')
  await new Promise((resolve) => setTimeout(resolve, 300))
  other.exec('COMMIT')
  expect((await adding).code).toBe(0)
})
