import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fillRefusals } from './fill-refusals.ts'

describe('fillRefusals()', () => {
  const server = createServer((request, response) => {
    fillRefusals(request, response, answer)
    void answer(request, response)
  })
  async function answer(request: IncomingMessage, response: ServerResponse) {
    response.statusCode = request.method === 'PUT' ? 405 : 200
    if (request.method === 'OPTIONS') response.setHeader('allow', 'GET, OPTIONS, POST')
    // As Next does.
    response.flushHeaders()
    response.write('')
    if (request.method === 'GET') response.end('as it was')
    else response.end()
  }
  let url = ''
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => void server.close())

  it('makes a problem of an empty 405 that names the methods of the route', async () => {
    const response = await fetch(`${url}/api/sessions`, { method: 'PUT' })
    expect(response.status).toBe(405)
    expect(response.headers.get('content-type')).toContain('application/problem+json')
    expect(response.headers.get('allow')).toBe('GET, OPTIONS, POST')
    expect(await response.json()).toMatchObject({ status: 405, code: 'method_not_allowed' })
  })

  it('leaves other answers as they are when they have a body or no route of the API', async () => {
    expect(await (await fetch(`${url}/api/sessions`)).text()).toBe('as it was')
    expect(await (await fetch(`${url}/page`, { method: 'PUT' })).text()).toBe('')
  })
})
