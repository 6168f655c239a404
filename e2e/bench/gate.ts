// What the gate adds to a tool call: judged, recorded and answered, on the control channel and through a TUI's hooks.
import { createServer, request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { isTerminal } from '../../lib/event-checks.ts'
import { createChannel } from '../../server/channel.ts'
import type { Decision, Question } from '../../server/drivers/driver.ts'
import { createGate } from '../../server/gate/gate.ts'
import { createPolicyEngine } from '../../server/gate/policy/engine.ts'
import { policySchema } from '../../server/gate/policy/policy-file.ts'
import { createRecorder } from '../../server/recorder.ts'
import { ROOT, startTestConsole } from '../support/console.ts'
import { type DriverTrial, startDriverTrial } from '../support/driver-trial.ts'
import { type Figure, figure } from './figure.ts'
import { now } from './subscriber.ts'

const CLAUDE = join(ROOT, 'e2e', 'bench', 'asking-claude.mjs')
const WARM_UP_CALLS = 10

/** @param turns by a TUI, of ten calls each */
export async function measureGate(turns: number): Promise<Figure[]> {
  const channel = (await measureControlChannel()).slice(WARM_UP_CALLS)
  const hooks = (await measureHooks(turns)).slice(WARM_UP_CALLS)
  return [
    figure('a call allowed on the control channel', 'ms', channel, { goal: 3 }),
    figure('a call allowed on the control channel', 'ms', channel, { at: 0.99 }),
    figure('a call allowed through a TUI’s hooks', 'ms', hooks, { goal: 30 }),
    figure('a call allowed through a TUI’s hooks', 'ms', hooks, { at: 0.99 }),
  ]
}

/** From the question that the CLI writes to the answer that it reads. */
async function measureControlChannel(): Promise<number[]> {
  const test = await startTestConsole({ env: { BREAKGLASS_CLAUDE: CLAUDE } })
  try {
    const { id } = await test.openSession('plain-text')
    await test.prompt(id, 'Ask')
    await test.waitFor(id, isTerminal)
    return (await test.events(id)).flatMap((event) => (event.kind === 'text' ? [Number(event.text)] : []))
  } finally {
    await test.close()
  }
}

/** The time that the real CLI waits for both answers of a call. */
async function measureHooks(turns: number): Promise<number[]> {
  const waits: number[] = []
  const proxies: { close(): void }[] = []
  const trial = await startDriverTrial('ten-calls', {
    async rewriteArguments(args) {
      const [url = ''] = /http:\/\/127\.0\.0\.1:\d+\/gate/.exec(args.join('\n')) ?? []
      const proxy = await startProxy(url, waits)
      proxies.push(proxy)
      return args.map((each) => each.replaceAll(url, proxy.url))
    },
  })
  try {
    const decide = createDecider(trial)
    for (let turn = 0; turn < turns; turn++) await trial.turn('Go', { decide })
    return sumPairs(waits)
  } finally {
    await trial.close()
    for (const proxy of proxies) proxy.close()
  }
}

/** Judges, records and answers as a turn of the console does. */
function createDecider({ tables, database, session, workspace }: DriverTrial) {
  const recorder = createRecorder({
    ...{ database, events: tables.events, channel: createChannel(), onDiskTrouble() {} },
  })
  const engine = createPolicyEngine(policySchema.parse({}))
  const gate = createGate({
    ...{ tables, recorder, directoryOf: () => workspace, timeoutMs: 60_000 },
    examine: (_, question) => engine.examine(question, { workspace, cwd: workspace }),
  })
  return (question: Question): Promise<Decision> => {
    const asker = { sessionId: session, turnId: 'bench', processId: 'bench' }
    const { events, insert } = gate.judge(asker, [question])
    recorder.recordNow({ ...asker, events, also: insert })
    return gate.answer('bench', question)
  }
}

/** Passes the hooks on and notes how long each was waited for. */
async function startProxy(upstream: string, waits: number[]) {
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.once('end', () => {
      const begun = now()
      const passed = httpRequest(upstream, { method: 'POST', headers: incoming.headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(outgoing)
        answer.once('end', () => waits.push(now() - begun))
      })
      passed.once('error', () => outgoing.destroy())
      passed.end(Buffer.concat(chunks))
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/gate`,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

/** Each call asks twice: before its tool, and in place of the dialog. */
function sumPairs(waits: readonly number[]): number[] {
  return waits.flatMap((wait, index) => (index % 2 === 0 ? [wait + (waits[index + 1] ?? 0)] : []))
}
