// Trials 29 and 31: 200 sign-ins at once, and clients that send their request drop by drop; others go on being served.
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ADMIN, startTestConsole, type TestConsole } from '../support/console.ts'
import { sized } from '../support/size.ts'

const SIGN_INS = 200
const SLOW_CLIENTS = 50
/** The console gives a header 10 s and a whole request a minute: too long to wait for in every run of the tests. */
const DRIBBLED = sized([] as const, ['header', 'body'] as const)

describe('strangers', () => {
  let test: TestConsole
  beforeAll(async () => {
    test = await startTestConsole()
  })
  afterAll(() => test.close())

  /** Asks as somebody who is signed in until `over` has settled. @returns how often there was an answer */
  async function askUntil(over: Promise<unknown>): Promise<number> {
    let isOver = false
    void over.finally(() => {
      isOver = true
    })
    let answers = 0
    for (; !isOver; answers++) expect((await test.request('GET', '/api/sessions')).status).toBe(200)
    return answers
  }

  it(`are refused, ${SIGN_INS} at once, while others are answered`, async () => {
    const signIn = async (_: unknown, index: number) => {
      const body = JSON.stringify({ name: index % 2 ? ADMIN.name : `nobody-${index}`, password: 'wrong' })
      const headers = { 'content-type': 'application/json', origin: test.url }
      return (await fetch(`${test.url}/api/logins`, { method: 'POST', headers, body })).status
    }
    const all = Promise.all(Array.from({ length: SIGN_INS }, signIn))
    expect(await askUntil(all)).toBeGreaterThan(10)
    const statuses = await all
    // Guessed wrong, blocked, or no room: a password takes long to check, so that few are checked at a time.
    expect([...new Set(statuses)].filter((status) => ![401, 429, 503].includes(status))).toEqual([])
    expect(statuses.filter((status) => status === 401).length).toBeLessThan(20)
    expect((await test.request('GET', '/api/sessions')).status).toBe(200)
  })

  it.each(DRIBBLED)('who dribble their %s are cut off, and others are answered meanwhile', async (part) => {
    const clients = Array.from({ length: SLOW_CLIENTS }, () => dribble(part))
    const answers = await askUntil(Promise.all(clients.map(({ closed }) => closed)))
    expect(answers).toBeGreaterThan(100)
    for (const { received } of clients) expect(received()).toMatch(/^HTTP\/1\.1 (408|4\d\d) /)
  })

  /** Sends a byte of a header or of a body now and then. */
  function dribble(part: 'header' | 'body') {
    const socket: Socket = connect(test.port, '127.0.0.1')
    let received = ''
    socket.on('data', (chunk) => {
      received += chunk.toString()
    })
    socket.on('error', () => undefined)
    const head = [
      'POST /api/sessions HTTP/1.1',
      `Host: 127.0.0.1:${test.port}`,
      `Authorization: Bearer ${test.token}`,
    ]
    if (part === 'header') socket.write(`${head.join('\r\n')}\r\nX-Slow: `)
    else
      socket.write(
        `${[...head, 'Content-Type: application/json', 'Content-Length: 1000'].join('\r\n')}\r\n\r\n{`,
      )
    const timer = setInterval(() => socket.writable && socket.write(' '), 500)
    const closed = once(socket, 'close').finally(() => clearInterval(timer))
    return { received: () => received, closed }
  }
})
