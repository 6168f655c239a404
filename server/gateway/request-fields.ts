// What the gateway does with each field of a Messages request: the one table, which the README quotes.
import { stableJson } from './fingerprint.ts'

export type FieldRule = {
  does: 'honoured' | 'ignored' | 'refused'
  /** What becomes of it, or why it can't be honoured. */
  why: string
  /** Values of a refused field that change nothing, and are taken. */
  harmless?: readonly unknown[]
}

export const REQUEST_FIELDS: Readonly<Record<string, FieldRule>> = {
  model: { does: 'honoured', why: 'one of GET /v1/models' },
  messages: {
    does: 'honoured',
    why: 'text, tool_use, tool_result and thinking; the last message is a user’s, with text',
  },
  stream: { does: 'honoured', why: 'server-sent events' },
  system: {
    does: 'honoured',
    why: 'put behind the configured system prompt, or refused, as gateway.request_system says',
  },
  max_tokens: { does: 'ignored', why: 'required as in the API, but the CLI decides on the length itself' },
  metadata: { does: 'ignored', why: 'the record names the operator of the token' },
  service_tier: { does: 'ignored', why: 'the provider decides' },
  cache_control: { does: 'ignored', why: 'the CLI caches its prompts itself' },
  inference_geo: { does: 'refused', why: 'the provider is chosen in the configuration' },
  temperature: { does: 'refused', why: 'the CLI does not take it', harmless: [1] },
  top_p: { does: 'refused', why: 'the CLI does not take it', harmless: [1] },
  top_k: { does: 'refused', why: 'the CLI does not take it' },
  stop_sequences: { does: 'refused', why: 'the CLI does not take them', harmless: [[]] },
  tools: {
    does: 'refused',
    why: 'the session has tools of its own, which run on this host behind the gate',
    harmless: [[]],
  },
  tool_choice: { does: 'refused', why: 'the session has tools of its own' },
  thinking: {
    does: 'refused',
    why: 'set gateway.effort in the configuration',
    harmless: [{ type: 'disabled' }],
  },
  output_config: { does: 'refused', why: 'set gateway.effort in the configuration' },
  output_format: { does: 'refused', why: 'the CLI does not take it' },
  mcp_servers: { does: 'refused', why: 'set gateway.mcp_servers in the configuration', harmless: [[]] },
  container: { does: 'refused', why: 'the session has a workspace of its own', harmless: [null] },
  context_management: { does: 'refused', why: 'the CLI manages its context itself', harmless: [null] },
}

/** Why a request can't be honoured as it stands, or null. */
export function refusalOf(body: Readonly<Record<string, unknown>>): string | null {
  for (const [field, value] of Object.entries(body)) {
    const rule = Object.hasOwn(REQUEST_FIELDS, field) ? REQUEST_FIELDS[field] : undefined
    if (!rule) return `${field}: this field is not known here`
    if (rule.does !== 'refused' || value === undefined) continue
    if (rule.harmless?.some((harmless) => stableJson(harmless) === stableJson(value))) continue
    return `${field}: not supported by this gateway: ${rule.why}. Leave it out`
  }
  return null
}
