// Every refusal of the API: a problem with a code and a sentence, by the field at fault.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Problem } from '../lib/api.ts'
import { ROOT, startTestConsole, type TestConsole } from './support/console.ts'

const NOBODY = '00000000-0000-4000-8000-000000000000'

describe('the API', () => {
  let test: TestConsole
  let shared: string
  beforeAll(async () => {
    test = await startTestConsole({ warm: false })
    shared = (await test.openSession()).id
  })
  afterAll(() => test.close())

  it.each([
    ['a reason that is too short', 'POST', '/api/sessions', { reason: 'broken' }, 400, 'reason'],
    [
      'an unknown field',
      'POST',
      '/api/sessions',
      { reason: 'It is broken here', colour: 'red' },
      400,
      'colour',
    ],
    [
      'an unknown driver',
      'POST',
      '/api/sessions',
      { reason: 'It is broken here', driver: 'x' },
      400,
      'driver',
    ],
    [
      'an unknown provider',
      'POST',
      '/api/sessions',
      { reason: 'It is broken here', provider: 'x' },
      400,
      'provider',
    ],
    [
      'an unknown drill',
      'POST',
      '/api/sessions',
      { reason: 'It is broken here', kind: 'drill', drill: 'x' },
      400,
      'drill',
    ],
    ['too few minutes', 'POST', '/api/sessions', { reason: 'It is broken here', minutes: 0 }, 400, 'minutes'],
    [
      'a title of two lines',
      'POST',
      '/api/sessions',
      { reason: 'It is broken here', title: 'a\nb' },
      400,
      'title',
    ],
    ['an empty prompt', 'POST', '/api/sessions/:id/turns', { prompt: ' \n' }, 400, 'prompt'],
    ['a prompt that is no text', 'POST', '/api/sessions/:id/turns', { prompt: 7 }, 400, 'prompt'],
    [
      'a prompt over 256 KiB',
      'POST',
      '/api/sessions/:id/turns',
      { prompt: 'x'.repeat(262_145) },
      400,
      'prompt',
    ],
    [
      'a queue that is no boolean',
      'POST',
      '/api/sessions/:id/turns',
      { prompt: 'x', queue: 'yes' },
      400,
      'queue',
    ],
    ['a limit of 0', 'GET', '/api/sessions?limit=0', undefined, 400, 'limit'],
    ['a limit that is no number', 'GET', '/api/sessions/:id/events?limit=many', undefined, 400, 'limit'],
    ['a date that is none', 'GET', '/api/sessions?from=yesterday', undefined, 400, 'from'],
    ['a cursor of ones own', 'GET', '/api/sessions?cursor=abc', undefined, 400, 'cursor'],
    ['a state of approvals that is none', 'GET', '/api/approvals?state=maybe', undefined, 400, 'state'],
    ['an unknown session', 'GET', `/api/sessions/${NOBODY}`, undefined, 404, null],
    ['an unknown session to prompt', 'POST', `/api/sessions/${NOBODY}/turns`, { prompt: 'x' }, 404, null],
    ['an id that is none', 'GET', '/api/sessions/..%2f..%2fetc', undefined, 400, null],
    ['nothing to stop', 'DELETE', '/api/sessions/:id/turns/current', undefined, 404, null],
    ['nothing to send', 'POST', `/api/sessions/:id/queue/${NOBODY}/send`, undefined, 404, null],
    ['an unknown output', 'GET', '/api/sessions/:id/outputs/nothing', undefined, 404, null],
    ['an unknown route', 'GET', '/api/nothing', undefined, 404, null],
  ] as const)('refuses %s in words', async (_, method, path, body, status, field) => {
    const answer = await test.request<Problem>(method, path.replace(':id', shared), body)
    expect(answer).toMatchObject({
      status,
      data: { status, code: expect.stringMatching(/^[a-z_]+$/), title: expect.any(String) },
    })
    expect(answer.data.detail.length).toBeGreaterThan(10)
    if (field) expect(Object.keys(answer.data.fields ?? {})).toEqual([field])
  })

  it('refuses every method that a built route lacks in words, and names those it has', async () => {
    const built = readFileSync(join(ROOT, '.build', 'next', 'server', 'app-paths-manifest.json'), 'utf8')
    const routes = Object.keys(JSON.parse(built) as object)
      .filter((path) => path.startsWith('/api/') && path.endsWith('/route') && !path.includes('[...'))
      .map((path) => path.slice(0, -'/route'.length).replace(/\[\w+\]/g, NOBODY))
    expect(routes.length).toBeGreaterThan(20)
    for (const path of routes) {
      const options = await fetch(test.url + path, { method: 'OPTIONS' })
      const allow = options.headers.get('allow')?.split(', ') ?? []
      expect(allow, path).toContain('OPTIONS')
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].filter(
        (each) => !allow.includes(each),
      )) {
        const answer = await fetch(test.url + path, { method })
        expect(answer.status, `${method} ${path}`).toBe(405)
        expect(answer.headers.get('allow')?.split(', ')).toEqual(allow)
        expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
        expect(await answer.json()).toMatchObject({ status: 405, code: 'method_not_allowed' })
      }
    }
  })
})
