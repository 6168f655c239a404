import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { dropWhenStalled, limitServer, SERVER_OPTIONS, watchQuiet } from './limits.ts'

/** The console's own time-outs, so much quicker. */
const QUICKER = 40
const server = createServer({
  ...SERVER_OPTIONS,
  headersTimeout: SERVER_OPTIONS.headersTimeout / QUICKER,
  requestTimeout: SERVER_OPTIONS.requestTimeout / QUICKER,
  connectionsCheckingInterval: SERVER_OPTIONS.connectionsCheckingInterval / QUICKER,
})
limitServer(server)
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

test('SERVER_OPTIONS cut off who dribbles a body, and sooner who dribbles a header; others are answered meanwhile', async () => {
  const port = await serve((response) => {
    if (response.req.method === 'GET') response.end('answered')
  })
  const cut: string[] = []
  const dribble = (name: string, begin: string) => {
    const slow = connect(port, '127.0.0.1')
    slow.on('error', () => undefined)
    slow.on('data', (chunk) => cut.push(`${name}: ${chunk.toString().slice(0, 12)}`))
    slow.write(begin)
    const timer = setInterval(() => slow.write('x'), 50)
    return once(slow, 'close').finally(() => clearInterval(timer))
  }
  const body = dribble('body', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n')
  await once(server, 'request')
  const header = dribble('header', 'GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ')
  expect(await (await fetch(`http://127.0.0.1:${port}`)).text()).toBe('answered')
  await Promise.all([header, body])
  expect(cut).toEqual(['header: HTTP/1.1 408', 'body: HTTP/1.1 408'])
})

test('watchQuiet() gives what ends connections that nobody has asked anything on, and leaves an answer whole', async () => {
  const closeQuiet = watchQuiet(server)
  let answer: ServerResponse | undefined
  const port = await serve((response) => {
    answer = response
    response.write('first ')
  })
  const silent = connect(port, '127.0.0.1')
  const closed = once(silent, 'close')
  await once(server, 'connection')
  const asked = await fetch(`http://127.0.0.1:${port}`)
  closeQuiet()
  await closed
  answer?.end('last')
  expect(await asked.text()).toBe('first last')
})
