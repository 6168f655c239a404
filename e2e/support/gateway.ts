// A console with a token of the gateway, and the official client of the Messages API that uses it.
import Anthropic from '@anthropic-ai/sdk'
import { ADMIN, startTestConsole, type TestConsole } from './console.ts'

type Body = Anthropic.MessageCreateParamsNonStreaming

export type Answered = {
  message: Anthropic.Message
  /** How the pool served it: `new`, `seeded` or `hit`. */
  pool: string
  /** The session of the record. */
  session: string
}

export type GatewayFixture = {
  console: TestConsole
  token: string
  client: Anthropic
  ask(body: Body): Promise<Answered>
  close(): Promise<void>
}

const MODELS = 'models: ["drill-*"]'

/**
 * @param gateway further lines of the `gateway` part of the configuration
 * @param env further variables of the console
 * @param more further parts of the configuration
 */
export async function startGatewayFixture(
  gateway: readonly string[] = [],
  env: Record<string, string> = {},
  more = '',
): Promise<GatewayFixture> {
  const config = ['gateway:', ...[MODELS, ...gateway].map((line) => `  ${line}`), more].join('\n')
  const console = await startTestConsole({ config, env })
  const token = await addGatewayToken(console, 'gateway')
  const client = new Anthropic({ baseURL: console.url, apiKey: token, maxRetries: 0 })
  return {
    console,
    token,
    client,
    async ask(body) {
      const { data, response } = await client.messages.create(body).withResponse()
      return {
        message: data,
        pool: response.headers.get('x-breakglass-pool') ?? '',
        session: response.headers.get('x-breakglass-session') ?? '',
      }
    },
    close: () => console.close(),
  }
}

/** A fresh token of the scope `gateway`. */
export async function addGatewayToken(console: TestConsole, label: string): Promise<string> {
  const args = ['token', 'add', label, '--operator', ADMIN.name, '--scope', 'gateway']
  return (await console.command(args)).stdout.trim()
}

/** An answer as the next request's history has it. */
export function said({ role, content }: Anthropic.Message): Anthropic.MessageParam {
  return { role, content }
}

/** A request to a scenario: what was said by turns, the user first. */
export function ask(scenario: string, ...words: string[]): Body {
  const messages = words.map(
    (content, index): Anthropic.MessageParam => ({ role: index % 2 ? 'assistant' : 'user', content }),
  )
  return { model: `drill-${scenario}`, max_tokens: 1000, messages }
}
