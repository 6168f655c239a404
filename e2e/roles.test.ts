// Every built route with every role: nobody, an observer and a viewer get no further than they may.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AddedObserver } from '../lib/observer-api.ts'
import { addOperator, as } from './support/accounts.ts'
import { ROOT, startTestConsole, type TestConsole, until } from './support/console.ts'

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
const NOBODY = '00000000-0000-4000-8000-000000000000'

/** Answered without a login. */
const PUBLIC = ['/api/health', '/api/logins', '/api/setup', '/api/observe']
/** What a viewer may do besides reading: about themselves, or without any effect. */
const VIEWER_WRITES = [
  'DELETE /api/logins/current',
  'POST /api/logins/current/step-up',
  'POST /api/policy/try',
]
/** What an observer may read of the one session; everything else is kept from them. */
const OBSERVER_READS = [
  '/api/approvals',
  '/api/sessions/[id]',
  '/api/sessions/[id]/events',
  '/api/sessions/[id]/outputs/[tool_use_id]',
  '/api/sessions/[id]/terminals',
  '/api/terminals/[id]',
  '/api/terminals/[id]/snapshot',
  '/api/terminals/[id]/stream',
  '/api/stream',
]
const ADMIN_ONLY = [
  'DELETE /api/kill',
  'GET /api/operators',
  'POST /api/operators',
  'PATCH /api/operators/[name]',
  'PUT /api/operators/[name]/lock',
  'DELETE /api/operators/[name]/lock',
  'POST /api/operators/[name]/tokens',
  'DELETE /api/tokens/[id]',
]

type Seat = { name: string; headers: Record<string, string> }

describe('every built route', () => {
  let test: TestConsole
  let session: string
  let other: string
  let terminal: string
  let observer: Seat
  let viewer: Seat
  let operator: Seat
  const routes = builtRoutes()
  beforeAll(async () => {
    test = await startTestConsole({ warm: false })
    session = (await test.openSession()).id
    other = (await test.openSession()).id
    const shell = await test.request<{ id: string }>('POST', `/api/sessions/${session}/terminals`, {
      kind: 'shell',
    })
    terminal = shell.data.id
    viewer = { name: 'a viewer', headers: as((await addOperator(test, 'vera', 'viewer')).token) }
    operator = { name: 'an operator', headers: as((await addOperator(test, 'ben', 'operator')).token) }
    observer = { name: 'an observer', headers: { cookie: await observe(test, session) } }
  })
  afterAll(() => test.close())

  const ask = async (seat: Seat | null, method: string, path: string): Promise<number> => {
    const abort = new AbortController()
    const response = await fetch(test.url + path, {
      method,
      headers: { ...seat?.headers, origin: test.url, 'sec-fetch-site': 'same-origin' },
      signal: abort.signal,
      redirect: 'manual',
    })
    abort.abort()
    return response.status
  }
  const fill = (route: string, id: string) =>
    route
      .replace(/^\/api\/approvals$/, `/api/approvals?session=${id}`)
      .replace('/api/sessions/[id]', `/api/sessions/${id}`)
      .replace('/api/terminals/[id]', `/api/terminals/${id === session ? terminal : NOBODY}`)
      .replace(/\[(\.\.\.)?\w+\]/g, NOBODY)
  const everyCall = () => routes.flatMap((route) => METHODS.map((method) => ({ route, method })))
  const reads = (method: string) => method === 'GET' || method === 'HEAD'

  it('is known by its name', () => {
    expect(routes).toContain('/api/sessions/[id]/events')
    expect(routes.length).toBeGreaterThan(30)
  })

  it('lets nobody in without a login', async () => {
    for (const { route, method } of everyCall()) {
      if (PUBLIC.includes(route)) continue
      const status = await ask(null, method, fill(route, session))
      expect(isClosed(status, route), `${method} ${route} gave ${status}`).toBe(true)
    }
  })

  it('lets an observer read one session and nothing else', async () => {
    for (const { route, method } of everyCall()) {
      if (PUBLIC.includes(route)) continue
      const opens = OBSERVER_READS.includes(route) && reads(method)
      const own = await ask(observer, method, fill(route, session))
      if (opens) expect([200, 404], `${method} ${route} gave ${own}`).toContain(own)
      else expect(isClosed(own, route), `${method} ${route} gave ${own}`).toBe(true)
      const foreign =
        route === '/api/stream' ? `/api/stream?at=${session}:0&at=${other}:0` : fill(route, other)
      const status = await ask(observer, method, foreign)
      expect(isClosed(status, route), `${method} ${foreign} gave ${status}`).toBe(true)
    }
  })

  it('lets a viewer change nothing, and an operator nothing that is an admin’s', async () => {
    for (const { route, method } of everyCall()) {
      if (PUBLIC.includes(route) || reads(method) || VIEWER_WRITES.includes(`${method} ${route}`)) continue
      const status = await ask(viewer, method, fill(route, NOBODY))
      expect(isClosed(status, route), `${method} ${route} gave ${status}`).toBe(true)
    }
    for (const call of ADMIN_ONLY) {
      const [method = '', route = ''] = call.split(' ')
      expect(await ask(operator, method, fill(route, NOBODY)), call).toBe(403)
    }
  })

  it('shows an observer no page but that of the session', async () => {
    const page = async (path: string) =>
      (await fetch(test.url + path, { ...observer, redirect: 'manual' })).status
    expect(await page(`/observe/${session}`)).toBe(200)
    for (const path of [
      '/',
      '/sessions',
      `/sessions/${session}`,
      '/terminals',
      `/terminals/${terminal}`,
      '/settings',
    ])
      expect(await page(path), path).toBe(307)
    expect(await page(`/observe/${other}`)).toBe(307)
  })

  it('ends streams within a second when a role changes or an observer’s link is revoked', async () => {
    const stream = async (seat: Seat) => {
      const response = await fetch(`${test.url}/api/sessions/${session}/events`, {
        headers: { ...seat.headers, accept: 'text/event-stream' },
      })
      let ended = false
      void response.text().then(() => {
        ended = true
      })
      return () => ended
    }
    const of = { vera: await stream(viewer), observer: await stream(observer), ben: await stream(operator) }
    const watching = async () =>
      (await test.request<{ watching: string[] }>('GET', `/api/sessions/${session}`)).data.watching
    expect(await watching()).toEqual(['ben', 'observer: vendor support', 'vera'])
    await test.command(['operator', 'role', 'vera', 'operator'])
    await until(of.vera, 1500)
    const { data } = await test.request<{ observers: { id: string }[] }>(
      'GET',
      `/api/sessions/${session}/observers`,
    )
    await test.request('DELETE', `/api/sessions/${session}/observers/${data.observers[0]?.id}`)
    await until(of.observer, 1500)
    expect(of.ben()).toBe(false)
    expect(await watching()).toEqual(['ben'])
    await test.command(['operator', 'lock', 'ben'])
    await until(of.ben, 1500)
    expect(await ask(observer, 'GET', `/api/sessions/${session}`)).toBe(401)
  })
})

/** Refused, or not there. What is the gateway's wants a token of its own. */
function isClosed(status: number, route: string): boolean {
  return [401, 403, 404, 405].includes(status) || (route === '/api/[...rest]' && status === 404)
}

/** The API's routes as Next has built them. */
function builtRoutes(): string[] {
  const path = join(ROOT, '.build', 'next', 'app-path-routes-manifest.json')
  const built = JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>
  return Object.entries(built).flatMap(([file, route]) =>
    file.endsWith('/route') && /^\/(api|v1)\b/.test(route) ? [route] : [],
  )
}

async function observe(test: TestConsole, session: string): Promise<string> {
  const body = { label: 'vendor support', minutes: 30 }
  const { data } = await test.request<AddedObserver>('POST', `/api/sessions/${session}/observers`, body)
  const response = await fetch(`${test.url}/api/observe`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: test.url },
    body: JSON.stringify({ token: new URL(data.url).hash.slice(1) }),
  })
  return response.headers.get('set-cookie')?.split(';')[0] ?? ''
}
