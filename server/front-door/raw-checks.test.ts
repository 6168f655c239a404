import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { admitRequest } from './admit-request.ts'
import { limitServer, SERVER_OPTIONS } from './limits.ts'
import { createOrigins, type Origins } from './origins.ts'

let server: Server
let port: number
let origins: Origins
let admitted: { url: string; headers: IncomingHttpHeaders }[]

beforeAll(async () => {
  server = createServer(SERVER_OPTIONS, (request, response) => {
    if (!admitRequest(request, response, origins)) return
    admitted.push({ url: request.url ?? '', headers: request.headers })
    response.end('admitted')
  })
  limitServer(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
  origins = createOrigins(port, ['https://console.example', 'http://localhost:9000'])
})
afterAll(() => server.close())
beforeEach(() => {
  admitted = []
})

/** Sends bytes as they are, and returns the whole answer. PORT stands for the server's port. */
function send(request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(request.replaceAll('PORT', String(port))))
    socket.setEncoding('latin1')
    socket.on('data', (data) => {
      answer += data
      if (/\r\n\r\n.*(admitted|\})$/s.test(answer)) socket.destroy()
    })
    socket.on('close', () => resolve(answer))
    socket.on('error', reject)
  })
}
const get = (target: string, headers = '') =>
  send(`GET ${target} HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n${headers}\r\n`)
const statusOf = (answer: string) => Number(answer.split(' ')[1])

test.each([
  '127.0.0.1:PORT',
  'localhost:PORT',
  '[::1]:PORT',
  'console.example',
  'console.example:443',
  'localhost:9000',
])('admitRequest() lets the Host %s in', async (host) => {
  expect(statusOf(await send(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`))).toBe(200)
})

test.each([
  'evil.example',
  'evil.example:PORT',
  '127.0.0.1',
  '127.0.0.1:1',
  'LOCALHOST:PORT',
  'localhost.:PORT',
  '127.1:PORT',
  '0.0.0.0:PORT',
  'console.example:80',
  'console.example.evil.example',
  'user@localhost:PORT',
  'localhost:PORT, evil.example',
  'localhost:9000/',
])('admitRequest() refuses the Host %s with 421', async (host) => {
  const answer = await send(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`)
  expect(statusOf(answer)).toBe(421)
  expect(answer).toContain('application/problem+json')
  expect(answer).toContain('"code":"wrong_host"')
  expect(admitted).toEqual([])
})

test.each([
  ['no Host', 'GET / HTTP/1.1\r\n\r\n'],
  ['an empty Host', 'GET / HTTP/1.1\r\nHost:\r\n\r\n'],
  ['two equal Hosts', 'GET / HTTP/1.1\r\nHost: localhost:PORT\r\nHost: localhost:PORT\r\n\r\n'],
  ['two different Hosts', 'GET / HTTP/1.1\r\nHost: localhost:PORT\r\nhost: evil.example\r\n\r\n'],
  ['HTTP/1.0', 'GET / HTTP/1.0\r\nHost: localhost:PORT\r\n\r\n'],
  ['HTTP/1.0 without Host', 'GET / HTTP/1.0\r\n\r\n'],
  ['an absolute target', 'GET http://localhost:PORT/ HTTP/1.1\r\nHost: localhost:PORT\r\n\r\n'],
  ['an absolute target elsewhere', 'GET http://evil.example/ HTTP/1.1\r\nHost: localhost:PORT\r\n\r\n'],
  ['the target *', 'OPTIONS * HTTP/1.1\r\nHost: localhost:PORT\r\n\r\n'],
  [
    'two Origins',
    'POST / HTTP/1.1\r\nHost: localhost:PORT\r\nOrigin: http://localhost:PORT\r\nOrigin: null\r\n\r\n',
  ],
  [
    'two Authorizations',
    'GET / HTTP/1.1\r\nHost: localhost:PORT\r\nAuthorization: a\r\nAuthorization: b\r\n\r\n',
  ],
  [
    'two Content-Lengths',
    'POST / HTTP/1.1\r\nHost: localhost:PORT\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n',
  ],
  [
    'both lengths',
    'POST / HTTP/1.1\r\nHost: localhost:PORT\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
  ],
  [
    'an unknown coding',
    'POST / HTTP/1.1\r\nHost: localhost:PORT\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n',
  ],
  ['a GET with a body', 'GET / HTTP/1.1\r\nHost: localhost:PORT\r\nContent-Length: 1\r\n\r\nx'],
  [
    'a server action',
    'POST / HTTP/1.1\r\nHost: localhost:PORT\r\nNext-Action: abc\r\nContent-Length: 0\r\n\r\n',
  ],
  ['no HTTP', 'hello\r\n\r\n'],
])('admitRequest() refuses %s with 400', async (_name, request) => {
  const answer = await send(request)
  expect(statusOf(answer)).toBe(400)
  expect(answer.toLowerCase()).toContain('connection: close')
  expect(admitted).toEqual([])
})

test.each([
  '//evil.example/',
  '/api//sessions',
  '/..',
  '/./api',
  '/api/../x',
  '/%2e%2e/x',
  '/api%2fsessions',
  '/api%5csessions',
  '/\\evil.example',
  '/%252e',
  '/a%00b',
  '/search?q=%00',
  '/a%0d%0ab',
  '/%zz',
  '/%ff',
  '/#x',
  '/caf\u00e9',
])('admitRequest() refuses the target %s', async (target) => {
  expect(statusOf(await get(target))).toBe(400)
  expect(admitted).toEqual([])
})

test.each([
  '/',
  '/sessions/1?q=a%2Fb%0A..//',
  '/_next/static/chunks/%5Bid%5D.js',
  '/api/x.rsc',
  '/caf%C3%A9',
])('admitRequest() lets the target %s in as it is', async (target) => {
  expect(statusOf(await get(target))).toBe(200)
  expect(admitted[0]?.url).toBe(target)
  expect(admitted[0]?.headers['x-breakglass-target']).toBe(target)
})

test('admitRequest() takes headers away that only the console may set', async () => {
  const bad = [
    'X-Middleware-Subrequest: middleware',
    'x-middleware-prefetch: 1',
    'X-Forwarded-For: 192.0.2.1',
    'X-Forwarded-Host: evil.example',
    'Forwarded: host=evil.example',
    'X-Nextjs-Data: 1',
    'X-Invoke-Path: /admin',
    'X-Matched-Path: /admin',
    'X-Http-Method-Override: DELETE',
    'X-Breakglass-Address: 192.0.2.1',
    'X-Breakglass-Target: /admin',
    "Content-Security-Policy-Report-Only: script-src 'nonce-mine'",
    "Content-Security-Policy: script-src 'nonce-mine'",
    'Upgrade: h2c',
  ]
  await get('/api/x', `${bad.join('\r\n')}\r\nX-Csrf-Token: kept\r\n`)
  const { host, ...rest } = admitted[0]?.headers ?? {}
  expect(rest).toEqual({
    'x-breakglass-address': '127.0.0.1',
    'x-breakglass-target': '/api/x',
    'x-csrf-token': 'kept',
  })
})

test.each(['TRACE', 'PROPFIND', 'QUERY'])('admitRequest() refuses the method %s', async (method) => {
  const answer = await send(`${method} / HTTP/1.1\r\nHost: localhost:PORT\r\n\r\n`)
  expect([400, 405]).toContain(statusOf(answer))
  expect(admitted).toEqual([])
})

test('admitRequest() refuses a target, headers and a body that are too large', async () => {
  expect(statusOf(await get(`/${'x'.repeat(9000)}`))).toBe(414)
  expect(statusOf(await get('/', `X-Long: ${'x'.repeat(40_000)}\r\n`))).toBe(431)
  const post = (target: string, length: number) =>
    send(`POST ${target} HTTP/1.1\r\nHost: localhost:PORT\r\nContent-Length: ${length}\r\n\r\n`)
  expect(statusOf(await post('/api/x', 10_000_000))).toBe(413)
  expect(statusOf(await post('/v1/messages', 10_000_000))).toBe(200)
  expect(statusOf(await post('/v1/messages', 100_000_000))).toBe(413)
})

test('admitRequest() gives each page a policy with a nonce of its own, on the request too', async () => {
  const pages = [await get('/'), await get('/')]
  const policies = pages.map((page) => /^content-security-policy: (.*)$/im.exec(page)?.[1])
  expect(policies[0]).toMatch(/script-src 'self' 'nonce-[A-Za-z0-9+/=]{24}' 'strict-dynamic'/)
  expect(policies[0]).not.toBe(policies[1])
  expect(admitted.map(({ headers }) => headers['content-security-policy'])).toEqual(policies)
  expect(pages[0]).toMatch(/^x-content-type-options: nosniff/im)
  expect(pages[0]).toMatch(/^referrer-policy: no-referrer/im)
  expect(pages[0]).toMatch(/^cross-origin-opener-policy: same-origin/im)
  expect(pages[0]).not.toMatch(/^strict-transport-security/im)
})

test('admitRequest() sends HSTS under https, and lets API answers do nothing as pages', async () => {
  const answer = await send('GET /api/x HTTP/1.1\r\nHost: console.example\r\n\r\n')
  expect(answer).toMatch(/^strict-transport-security: max-age=\d+/im)
  expect(answer).toMatch(/^content-security-policy: default-src 'none'; form-action 'none'/im)
})

test('limitServer() keeps others from listening for upgrades', () => {
  expect(() => server.on('upgrade', () => {})).toThrow(/httpServer of its own/)
})
