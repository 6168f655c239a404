import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { dropWhenStalled } from './limits.ts'

const server = createServer()
afterEach(() => {
  server.removeAllListeners('request')
  server.closeAllConnections()
  server.close()
})

async function serve(answer: (response: ServerResponse) => void): Promise<number> {
  server.on('request', (_, response) => {
    dropWhenStalled(response, 200)
    answer(response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

test('dropWhenStalled() ends the connection of a client that reads nothing of what waits for it', async () => {
  let closed: Promise<unknown> = Promise.resolve()
  const port = await serve((response) => {
    closed = once(response, 'close')
    response.write('x'.repeat(32 * 1024 * 1024))
  })
  const client = connect(port, '127.0.0.1').pause()
  client.on('error', () => undefined)
  client.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
  await once(server, 'request')
  await closed
  client.destroy()
})

test('dropWhenStalled() leaves a client alone while nothing waits for it', async () => {
  const port = await serve((response) => {
    response.write('first ')
    setTimeout(() => response.end('last'), 600)
  })
  expect(await (await fetch(`http://127.0.0.1:${port}`)).text()).toBe('first last')
})
