// Trial 27: every built route, by every method and trick, without a login: nothing is told and nothing changes.
import { readFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ROOT, startTestConsole, type TestConsole } from '../support/console.ts'
import { endOf } from '../support/trials.ts'

const SECRET = 'The vault of the bank stands open'
/** What anybody may read; a page is the same by every method. */
const PUBLIC = new Set(['/api/health', '/login', '/setup', '/observe', '/stream-worker.js', '/icon.svg'])
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']
/** With a trick. */
const FEW_METHODS = ['GET', 'POST']

type Trick = { name: string; path?: (path: string) => string; headers?: Record<string, string> }
const TRICKS: readonly Trick[] = [
  { name: 'plainly' },
  {
    name: 'past a middleware',
    headers: { 'x-middleware-subrequest': 'middleware:middleware:middleware:middleware:middleware' },
  },
  {
    name: 'as data of the router',
    headers: { rsc: '1', 'next-router-prefetch': '1' },
    path: (path) => `${path}?_rsc=1`,
  },
  { name: 'as a file of the router', path: (path) => `${path}.rsc` },
  {
    name: 'under another name',
    headers: { 'x-original-url': '/api/health', 'x-forwarded-host': 'localhost', 'x-rewrite-url': '/login' },
  },
  { name: 'with two slashes', path: (path) => `/${path}` },
  { name: 'with encoded dots', path: (path) => `/%2e${path}` },
  { name: 'in capitals', path: (path) => path.toUpperCase() },
  { name: 'with a slash at the end', path: (path) => `${path}/` },
  {
    name: 'with a made-up login',
    headers: {
      cookie: `breakglass_00000000=${'A'.repeat(43)}`,
      authorization: `Bearer bg_${'A'.repeat(43)}`,
    },
  },
]

describe('without a login', () => {
  let test: TestConsole
  let paths: string[]
  const agent = new Agent({ keepAlive: true, maxSockets: 8 })
  beforeAll(async () => {
    test = await startTestConsole({ warm: false })
    const { id } = await test.openSession('plain-text', { reason: SECRET })
    const { turn_id } = await test.prompt(id, SECRET)
    await endOf(test, id, turn_id)
    const built = readFileSync(join(ROOT, '.build', 'next', 'server', 'app-paths-manifest.json'), 'utf8')
    const routes = Object.keys(JSON.parse(built) as object).filter((path) => !path.startsWith('/_'))
    paths = routes.map(
      (path) =>
        path
          .replace(/\/(page|route)$/, '')
          .replace(/\/\([\w-]+\)/, '')
          .replace(/\[id\]/, id)
          .replace(/\[turn_id\]/, turn_id)
          .replace(/\[(\.\.\.)?\w+\]/g, 'x') || '/',
    )
    expect(paths.length).toBeGreaterThan(40)
  })
  afterAll(async () => {
    agent.destroy()
    await test.close()
  })

  it.each(TRICKS)('nothing is told or changed when asked $name', async ({ path: bend, headers = {} }) => {
    const before = await test.request('GET', '/api/sessions')
    const methods = bend || headers.cookie ? FEW_METHODS : METHODS
    const told = await Promise.all(
      paths.flatMap((path) =>
        methods.map(async (method) => {
          const target = bend ? bend(path) : path
          const { status, body } = await ask(method, target, headers)
          const told = status >= 200 && status < 300 && !PUBLIC.has(path) && !leadsToSignIn(method, body)
          return told || body.includes(SECRET) ? [`${method} ${target}: ${status} ${body.slice(0, 80)}`] : []
        }),
      ),
    )
    expect(told.flat()).toEqual([])
    expect(await test.request('GET', '/api/sessions')).toEqual(before)
  })

  /** The router's data of a page that sends its reader away has the status 200. */
  function leadsToSignIn(method: string, body: string): boolean {
    return /NEXT_REDIRECT;replace;\/(login|observe)/.test(body) || (method === 'HEAD' && body === '')
  }

  function ask(method: string, path: string, headers: Record<string, string>) {
    return new Promise<{ status: number; body: string }>((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port: test.port, method, path, headers, agent }, (answer) => {
        let body = ''
        answer.on('data', (chunk: Buffer) => {
          body += chunk.toString()
        })
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body }))
      })
      sent.on('error', reject)
      sent.end()
    })
  }
})
