// One conversation, held in each of the ways there are: by a driver of a session, or by a client of the gateway's pool.
import type Anthropic from '@anthropic-ai/sdk'
import type { EventBody, RecordedEvent } from '../../lib/events.ts'
import { ask, type GatewayFixture, said } from './gateway.ts'
import { endOf } from './trials.ts'

export const WAYS = ['print', 'stream', 'tui', 'pool'] as const
export type Way = (typeof WAYS)[number]

/** A turn that has begun. */
export type Begun = { session: string; turn: string }

export type Conversation = {
  begin(prompt: string): Promise<Begun>
  /** Waits for the end of a turn. @returns its terminal event, and all its events */
  end(begun: Begun): Promise<{ end: RecordedEvent; events: RecordedEvent[] }>
  /** Begins a turn and waits for its end. */
  turn(prompt: string): Promise<Begun & { end: RecordedEvent; events: RecordedEvent[] }>
}

export async function converse(test: GatewayFixture, way: Way, scenario: string): Promise<Conversation> {
  const begin = way === 'pool' ? beginPooled(test, scenario) : await beginInSession(test, way, scenario)
  const end = async ({ session, turn }: Begun) => {
    const terminal = await endOf(test.console, session, turn)
    const events = (await test.console.events(session)).filter(({ turn_id }) => turn_id === turn)
    return { end: terminal, events }
  }
  return {
    begin,
    end,
    async turn(prompt) {
      const begun = await begin(prompt)
      return { ...begun, ...(await end(begun)) }
    },
  }
}

async function beginInSession({ console: test }: GatewayFixture, driver: Way, scenario: string) {
  const { id: session } = await test.openSession(scenario, { driver })
  return async (prompt: string): Promise<Begun> => {
    const { turn_id: turn } = await test.prompt(session, prompt)
    return { session, turn }
  }
}

/** The client keeps what it has received; a request that fails is no part of its history. */
function beginPooled({ client, console: test }: GatewayFixture, scenario: string) {
  const history: Anthropic.MessageParam[] = []
  let received: Promise<unknown> = Promise.resolve()
  return async (prompt: string): Promise<Begun> => {
    await received
    const messages = [...history, { role: 'user' as const, content: prompt }]
    const stream = client.messages.stream({ ...ask(scenario), messages })
    received = stream.finalMessage().then(
      (message) => history.push(...messages.slice(history.length), said(message)),
      () => undefined,
    )
    const connected = new Promise<void>((resolve) => stream.once('connect', () => resolve()))
    await Promise.race([connected, received])
    const session = stream.response?.headers.get('x-breakglass-session') ?? (await sessionOf(prompt))
    const asked = (await test.events(session)).findLast(({ kind }) => kind === 'prompt')
    return { session, turn: asked?.turn_id ?? '' }
  }

  /** For a request that failed before its session had opened. */
  async function sessionOf(prompt: string): Promise<string> {
    const path = '/api/sessions?limit=50'
    const { data } = await test.request<{ sessions: { id: string; title: string }[] }>('GET', path)
    return data.sessions.find(({ title }) => title === `Gateway: ${prompt}`)?.id ?? ''
  }
}

const DIFFERENT = [
  ...['duration_ms', 'elapsed_ms', 'first_output_ms', 'message_id', 'total_cost_usd', 'tools', 'usage'],
  ...['seq', 'at', 'turn_id', 'session_id'],
]

/**
 * What the agent said and did, without what two runs of the same conversation may differ in: ids, times, cost, tokens,
 * tool lists, the order of parallel outputs.
 */
export function comparable(events: readonly EventBody[], workspace: string): unknown[] {
  const names = new Map<string, string>()
  const nameOf = (id: string) => names.get(id) ?? `call ${names.size}`
  const outputs: unknown[] = []
  const rest = events.flatMap((event): unknown[] => {
    if (!['session', 'text', 'tool', 'result', 'error', 'raw'].includes(event.kind)) return []
    const text = JSON.stringify(event).replaceAll(workspace, '/workspace')
    const fields = JSON.parse(text) as Record<string, unknown>
    for (const key of DIFFERENT) delete fields[key]
    for (const key of ['tool_use_id', 'parent_tool_use_id']) {
      const id = fields[key]
      if (typeof id !== 'string') continue
      if (!names.has(id)) names.set(id, nameOf(id))
      fields[key] = names.get(id)
    }
    if (event.kind !== 'tool' || event.phase !== 'output') return [fields]
    outputs.push({ ...fields, output: withoutTimes(String(fields.output)) })
    return []
  })
  return [...rest, ...outputs.sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1))]
}

function withoutTimes(output: string): string {
  return output
    .replace(/(duration_ms|subagent_tokens): \d+/g, '$1: 0')
    .replace(/agentId: \w+|to: '\w+'/g, 'agent')
    .replace(/tool-results\/\w+/g, 'tool-results/id')
}
