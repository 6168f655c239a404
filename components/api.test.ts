import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { api } from './api.ts'

/** Asks a server that answers so. */
async function askOne(answer: (response: ServerResponse) => void) {
  const server = createServer((_, response) => answer(response))
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  try {
    return await api('GET', `http://127.0.0.1:${port}/`)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

test('api() gives what was answered when it was answered whole', async () => {
  expect(await askOne((response) => response.end('{"id":"a"}'))).toEqual({
    ok: true,
    status: 200,
    data: { id: 'a' },
  })
  expect(await askOne((response) => response.writeHead(204).end())).toMatchObject({ ok: true, status: 204 })
})

test('api() says that nothing was answered when the answer breaks off', async () => {
  const cut = await askOne((response) => {
    response.writeHead(200, { 'content-length': '100' })
    response.write('{"id":', () => response.destroy())
  })
  expect(cut).toMatchObject({ ok: false, problem: { code: 'unreachable' } })
})

test('api() says that an answer is no answer of the console when it is no JSON', async () => {
  const odd = await askOne((response) => response.end('<html>A proxy speaks</html>'))
  expect(odd).toMatchObject({ ok: false, problem: { code: 'unexpected_answer' } })
})
