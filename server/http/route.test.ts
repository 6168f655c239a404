import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { addToken, changeRole } from '../auth/accounts.ts'
import type { SignedIn } from '../auth/auth.ts'
import {
  type AuthFixture,
  addAccount,
  cookieHeaders,
  createAuthFixture,
  PASSWORD,
  VISITOR,
} from '../auth/auth-fixture.ts'
import { json } from './json.ts'
import { HttpProblem } from './problem.ts'
import { createRoute } from './route.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })
const ORIGIN = 'http://127.0.0.1:4911'
let fixture: AuthFixture
let login: SignedIn
let token: string
let reports: Record<string, unknown>[]
let calls: number

beforeAll(async () => {
  fixture = await createAuthFixture()
  await addAccount(fixture.database, 'bob', 'operator')
  login = await fixture.auth.signIn('bob', PASSWORD, VISITOR)
  token = await addToken(fixture.database, 'robot', 'bob')
})
afterAll(() => fixture.dispose())
beforeEach(() => {
  reports = []
  calls = 0
})

const route = createRoute(() => ({ auth: fixture.auth, reportError: (entry) => void reports.push(entry) }))
const bodySchema = z.strictObject({
  name: z.string().min(2, 'Use 2 letters'),
  deep: z.object({ n: z.number() }).optional(),
})
const post = route({ access: 'operator', body: bodySchema }, ({ body }) => {
  calls += 1
  return json(200, body)
})

type Sent = { method?: string; headers?: Record<string, string>; body?: BodyInit; path?: string }
/** A request with the login's cookie and everything that the page sends along; `undefined` leaves a header out. */
function ask(sent: Sent & { without?: readonly string[] } = {}): Request {
  const headers = cookieHeaders(login)
  headers.set('origin', ORIGIN)
  headers.set('sec-fetch-site', 'same-origin')
  headers.set('x-csrf-token', login.identity.csrf_token ?? '')
  headers.set('content-type', 'application/json')
  for (const [name, value] of Object.entries(sent.headers ?? {})) headers.set(name, value)
  for (const name of sent.without ?? []) headers.delete(name)
  const method = sent.method ?? 'POST'
  const body = method === 'GET' ? null : (sent.body ?? '{"name":"ada"}')
  const init = { method, headers, body, duplex: 'half' }
  return new Request(`${ORIGIN}${sent.path ?? '/api/x'}`, init)
}
const context = (params: Record<string, string | string[]> = {}) => ({ params: Promise.resolve(params) })
async function answer(promise: Promise<Response>) {
  const response = await promise
  return {
    status: response.status,
    headers: response.headers,
    ...((await response.json()) as { code?: string; detail?: string }),
  }
}

test('route() calls the handler when everything is in order', async () => {
  const response = await post(ask(), context())
  expect(response.status).toBe(200)
  expect(await response.json()).toEqual({ name: 'ada' })
  expect(response.headers.get('cache-control')).toBe('no-store')
  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
})

const ALL = ['cookie', 'origin', 'sec-fetch-site', 'x-csrf-token']
test.each<[string, Sent & { without?: readonly string[] }, number, string]>([
  ['no credential', { without: ['cookie'] }, 401, 'not_signed_in'],
  ['a wrong bearer', { headers: { authorization: 'Bearer nonsensenonsensenonsense' } }, 401, 'not_signed_in'],
  ['basic authentication', { headers: { authorization: 'Basic YTpi' } }, 401, 'not_signed_in'],
  ['the cookie under another Host', { headers: { host: 'console.example' } }, 401, 'not_signed_in'],
  ['no Origin', { without: ['origin'] }, 403, 'wrong_origin'],
  ['no Origin and no Sec-Fetch-Site', { without: ['origin', 'sec-fetch-site'] }, 403, 'wrong_origin'],
  ['the Origin null', { headers: { origin: 'null' } }, 403, 'wrong_origin'],
  ['an Origin on another port', { headers: { origin: 'http://127.0.0.1:4912' } }, 403, 'wrong_origin'],
  ['an Origin of another scheme', { headers: { origin: 'https://127.0.0.1:4911' } }, 403, 'wrong_origin'],
  ['an Origin of another name', { headers: { origin: 'http://localhost:4911' } }, 403, 'wrong_origin'],
  [
    'the Origin of another allowed Host',
    { headers: { origin: 'https://console.example' } },
    403,
    'wrong_origin',
  ],
  ['an Origin in upper case', { headers: { origin: 'HTTP://127.0.0.1:4911' } }, 403, 'wrong_origin'],
  ['two Origins', { headers: { origin: `${ORIGIN}, ${ORIGIN}` } }, 403, 'wrong_origin'],
  ['Sec-Fetch-Site same-site', { headers: { 'sec-fetch-site': 'same-site' } }, 403, 'wrong_origin'],
  ['Sec-Fetch-Site cross-site', { headers: { 'sec-fetch-site': 'cross-site' } }, 403, 'wrong_origin'],
  ['no CSRF header', { without: ['x-csrf-token'] }, 403, 'csrf'],
  ['a wrong CSRF header', { headers: { 'x-csrf-token': 'A'.repeat(43) } }, 403, 'csrf'],
  ['an empty CSRF header', { headers: { 'x-csrf-token': '' } }, 403, 'csrf'],
  ['a form', { headers: { 'content-type': 'application/x-www-form-urlencoded' } }, 415, 'not_json'],
  ['plain text', { headers: { 'content-type': 'text/plain' } }, 415, 'not_json'],
  ['no content type', { without: ['content-type'] }, 415, 'not_json'],
  [
    'another character set',
    { headers: { 'content-type': 'application/json; charset=utf-7' } },
    415,
    'not_json',
  ],
  ['two content types', { headers: { 'content-type': 'text/plain, application/json' } }, 415, 'not_json'],
  ['a compressed body', { headers: { 'content-encoding': 'gzip' } }, 415, 'not_json'],
  ['broken JSON', { body: '{"name":' }, 400, 'bad_json'],
  ['a second value', { body: '{"name":"ada"}{}' }, 400, 'bad_json'],
  ['invalid UTF-8', { body: Buffer.from([0x22, 0xff, 0x22]) }, 400, 'bad_json'],
  ['another shape', { body: '[]' }, 400, 'invalid_input'],
  ['an unknown field', { body: '{"name":"ada","role":"admin"}' }, 400, 'invalid_input'],
  ['__proto__', { body: '{"name":"ada","__proto__":{"role":"admin"}}' }, 400, 'invalid_input'],
  ['a body over the limit', { body: JSON.stringify({ name: 'x'.repeat(70_000) }) }, 413, 'body_too_large'],
])('route() refuses %s', async (_name, sent, status, code) => {
  const refused = await answer(post(ask(sent), context()))
  expect(refused).toMatchObject({ status, code })
  expect(refused.headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
  expect(calls).toBe(0)
})

test('route() takes the CSRF header of this login only', async () => {
  const other = await fixture.auth.signIn('bob', PASSWORD, VISITOR)
  const headers = { 'x-csrf-token': other.identity.csrf_token ?? '' }
  expect(await answer(post(ask({ headers }), context()))).toMatchObject({ status: 403, code: 'csrf' })
})

test('route() asks a bearer for no Origin and no CSRF header, but a sent Origin must match', async () => {
  const authorization = `Bearer ${token}`
  const bearer = (headers: Record<string, string>, method = 'POST', to = post) => {
    const without = ALL.filter((name) => headers[name] === undefined)
    return to(ask({ method, without, headers: { authorization, ...headers } }), context())
  }
  const get = route({ access: 'viewer' }, () => json(200, {}))
  expect((await bearer({})).status).toBe(200)
  expect((await bearer({ origin: ORIGIN })).status).toBe(200)
  expect((await bearer({ origin: 'http://evil.example' })).status).toBe(403)
  expect((await bearer({ origin: 'null' })).status).toBe(403)
  expect((await bearer({ origin: 'http://evil.example' }, 'GET', get)).status).toBe(403)
  expect((await bearer({ origin: ORIGIN }, 'GET', get)).status).toBe(200)
})

test('route() lets a GET pass without Origin and CSRF header, and names the role that is missing', async () => {
  const get = route({ access: 'viewer' }, ({ operator }) => json(200, operator))
  expect((await get(ask({ method: 'GET', without: ALL.slice(1) }), context())).status).toBe(200)
  const admin = route({ access: 'admin' }, () => json(200, {}))
  expect(await answer(admin(ask({ method: 'GET' }), context()))).toMatchObject({
    status: 403,
    code: 'role_too_low',
    detail: 'This needs the role "admin", and you have "operator": ask an admin',
  })
})

test('route() reads the role anew for each request', async () => {
  await changeRole(fixture.connect(), 'bob', 'viewer')
  expect(await answer(post(ask(), context()))).toMatchObject({ status: 403, code: 'role_too_low' })
  await changeRole(fixture.connect(), 'bob', 'operator')
  expect((await post(ask(), context())).status).toBe(200)
})

test('route() asks a login for its password once more where that is wanted, and a bearer for nothing', async () => {
  const lift = route({ access: 'operator', stepUp: true }, () => json(200, {}))
  expect(await answer(lift(ask(), context()))).toMatchObject({ status: 403, code: 'step_up_needed' })
  const bearer = { without: ALL, headers: { authorization: `Bearer ${token}` } }
  expect((await lift(ask(bearer), context())).status).toBe(200)
  await fixture.auth.stepUp(login.identity, PASSWORD, VISITOR)
  expect((await lift(ask(), context())).status).toBe(200)
})

test('route() lets a public POST in from a page of the console, or from a client that is no browser', async () => {
  const open = route({ access: 'public', body: z.object({}) }, ({ operator }) => json(200, { operator }))
  const status = async (without: readonly string[], headers = {}) =>
    (await open(ask({ without, headers }), context())).status
  expect(await status(['cookie', 'x-csrf-token'])).toBe(200)
  expect(await status(['x-csrf-token'])).toBe(200)
  expect(await status(ALL)).toBe(200)
  expect(await status(['cookie', 'origin'])).toBe(403)
  expect(await status(['origin', 'sec-fetch-site'])).toBe(403)
  expect(await status(['origin', 'sec-fetch-site'], { cookie: 'breakglass_00000000=stale' })).toBe(403)
  expect(await status(['cookie'], { origin: 'http://evil.example' })).toBe(403)
  expect(await status(['cookie', 'sec-fetch-site'], { origin: 'null' })).toBe(403)
})

test('route() answers 404 when a part of the path is no lower-case UUID', async () => {
  const get = route({ access: 'viewer', params: { id: 'uuid', name: /^[a-z]+$/ } }, ({ params }) =>
    json(200, params),
  )
  const status = async (params: Record<string, string | string[]>) =>
    (await get(ask({ method: 'GET' }), context(params))).status
  const id = '0b0e4f0a-1111-4222-8333-444455556666'
  expect(await status({ id, name: 'x' })).toBe(200)
  for (const wrong of ['..', '', `${id}\n`, id.toUpperCase(), `${id}x`, '%2e%2e', '__proto__']) {
    expect(await status({ id: wrong, name: 'x' })).toBe(404)
  }
  expect(await status({ id: [id], name: 'x' })).toBe(404)
  expect(await status({ id, name: 'X' })).toBe(404)
  expect(await status({ id })).toBe(404)
})

test('route() names each field at fault', async () => {
  const response = await post(ask({ body: '{"name":"a","deep":{"n":"1"},"x":1}' }), context())
  expect(await response.json()).toMatchObject({
    fields: {
      name: 'Use 2 letters',
      'deep.n': expect.stringContaining('number'),
      x: 'This field is not known',
    },
  })
})

test('route() checks the query, where each name may come once', async () => {
  const query = z.object({ limit: z.coerce.number().max(10).default(5) })
  const get = route({ access: 'viewer', query }, (input) => json(200, input.query))
  const asked = async (path: string) => (await get(ask({ method: 'GET', path }), context())).json()
  expect(await asked('/api/x')).toEqual({ limit: 5 })
  expect(await asked('/api/x?limit=7')).toEqual({ limit: 7 })
  expect(await asked('/api/x?limit=70')).toMatchObject({ code: 'invalid_input' })
  expect(await asked('/api/x?limit=7&limit=8')).toMatchObject({ fields: { limit: 'Give this once' } })
})

test('route() takes a request without a body for an empty object', async () => {
  const put = route(
    { access: 'operator', body: z.strictObject({ from: z.string().optional() }) },
    ({ body }) => json(200, body),
  )
  const response = await put(ask({ method: 'PUT', body: '', without: ['content-type'] }), context())
  expect(await response.json()).toEqual({})
})

test('route() stops reading at the limit when the length is not announced', async () => {
  let sent = 0
  const body = new ReadableStream({
    pull(controller) {
      sent += 10_000
      if (sent > 1_000_000) return controller.close()
      controller.enqueue(new Uint8Array(10_000).fill(32))
    },
  })
  const refused = await answer(post(ask({ body }), context()))
  expect(refused).toMatchObject({ status: 413, limit_bytes: 65_536 })
  expect(refused.headers.get('connection')).toBe('close')
  expect(sent).toBeLessThan(120_000)
})

test('route() turns what a handler throws into a problem', async () => {
  const throwing = (error: unknown) =>
    answer(
      route({ access: 'viewer' }, () => {
        throw error
      })(ask({ method: 'GET', path: '/api/x?secret=1' }), context()),
    )
  const conflict = new HttpProblem(409, 'turn_in_progress', 'A turn runs', { turn_id: 't' })
  expect(await throwing(conflict)).toMatchObject({ status: 409, code: 'turn_in_progress', turn_id: 't' })
  const foreign = Object.assign(new Error('x'), {
    name: 'HttpProblem',
    problem: conflict.problem,
    headers: {},
  })
  expect(await throwing(foreign)).toMatchObject({ status: 409 })
  expect(await throwing(Object.assign(new Error(), { code: 'SQLITE_BUSY' }))).toMatchObject({ status: 503 })
  expect(await throwing(Object.assign(new Error(), { code: 'ENOSPC' }))).toMatchObject({ status: 507 })
  expect(reports).toEqual([])
  const internal = await answer(
    route({ access: 'viewer' }, () => Promise.reject(new Error('inner words')))(
      ask({ method: 'GET', path: '/api/x?secret=1' }),
      context(),
    ),
  )
  expect(internal).toMatchObject({ status: 500, code: 'internal' })
  expect(internal.detail).not.toContain('inner words')
  expect(reports).toMatchObject([{ path: '/api/x', error: { message: 'inner words' } }])
  expect(internal.detail).toContain(String(reports[0]?.id))
})
