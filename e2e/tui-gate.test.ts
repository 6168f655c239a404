import { randomUUID } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { tuiArguments, tuiEnvironment } from '../server/claude/tui-launch.ts'
import { typePrompt } from '../server/claude/tui-prompt.ts'
import { readScreen } from '../server/claude/tui-screen.ts'
import { TUI_SIZE } from '../server/claude/tui-terminal.ts'
import { startTerminal } from '../server/terminal/terminal.ts'
import { until } from './support/console.ts'
import { startDriverTrial } from './support/driver-trial.ts'

type Answer = (response: ServerResponse, event: string) => void

const json = (response: ServerResponse, value: unknown) => void response.end(JSON.stringify(value))
const decision = (event: string, behavior: unknown) => ({
  hookSpecificOutput: { hookEventName: event, decision: { behavior }, permissionDecision: behavior },
})

/** What goes wrong with a gate's endpoint. `null`: nobody listens. */
const FAULTS: [string, Answer | null][] = [
  ['is not there', null],
  ['answers 500', (response) => void response.writeHead(500).end('{}')],
  ['answers nothing', (response) => void response.end()],
  ['answers garbage', (response) => void response.end('}{ nonsense')],
  ['answers a list', (response) => json(response, [])],
  ['decides nothing', (response) => json(response, {})],
  ['decides "perhaps"', (response, event) => json(response, decision(event, 'perhaps'))],
  ['decides true', (response, event) => json(response, decision(event, true))],
  [
    'is cut off in its answer',
    (response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.write(
        '{"hookSpecificOutput":{"hookEventName":"PermissionRequest","decision":{"behavior":"allow"}',
      )
      setTimeout(() => response.destroy(), 20)
    },
  ],
  ['dies while it is asked', (response) => void response.destroy()],
  ['redirects', (response) => void response.writeHead(302, { location: 'http://127.0.0.1:9/' }).end()],
]

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

async function startGate(answer: Answer | null): Promise<string> {
  const server = createServer((request: IncomingMessage, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () =>
      answer?.(response, (JSON.parse(body) as { hook_event_name: string }).hook_event_name),
    )
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as { port: number }
  closers.push(() => {
    server.close()
    server.closeAllConnections()
  })
  if (answer === null) await new Promise((closed) => server.close(closed))
  return `http://127.0.0.1:${port}/gate`
}

describe('the gate of a TUI', () => {
  it.each(FAULTS)('runs no tool when its endpoint %s', async (_, answer) => {
    const trial = await startDriverTrial('edit-file')
    closers.push(trial.close)
    const launch = await trial.launch()
    const gate = { url: await startGate(answer), secret: 'secret' }
    const terminal = await startTerminal(
      randomUUID(),
      {
        file: launch.claude,
        args: tuiArguments(launch, gate, '/dev/null'),
        cwd: launch.workspace,
        env: tuiEnvironment(launch, randomUUID(), trial.model.url, gate),
      },
      TUI_SIZE,
      null,
    )
    closers.push(() => terminal.end({ graceMs: 0 }))
    const reading = () => readScreen(terminal.screen.lines())
    const isAsked = () => trial.model.requests.some((request) => request.method === 'POST')
    const isFree = () => reading().state === 'idle' && reading().input === ''
    const typing = typePrompt('Go ahead', {
      ...{ terminal, reading, isFree },
      isConfirmed: isAsked,
      hasEnded: () => terminal.exit !== null,
    })
    expect(await typing.done).toBeNull()
    await until(() => reading().state === 'dialog')
    await sleep(500)
    // The CLI makes a folder for plans.
    expect(readdirSync(trial.workspace).filter((name) => name !== 'plans')).toEqual([])
    expect(trial.model.requests.filter((request) => request.method === 'POST')).toHaveLength(1)
  })
})
