// Where a TUI's hooks ask the gate: a loopback endpoint that answers when there is a decision, and never before.
import { randomBytes, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { asFields, type Fields, fieldsOf, isTooDeep, stringOf } from '../claude/messages.ts'
import type { Decision } from '../drivers/driver.ts'
import { closeNow, listenOnLoopback } from '../http/loopback.ts'

/** A tool call that a TUI wants to make. */
export type HookCall = {
  tool_use_id: string
  tool_name: string
  input: Fields
  /** Set where a subagent makes it. */
  agent_id: string | null
}

export type PermissionHook = {
  url: string
  /** What the hooks send as bearer token. */
  secret: string
  close(): Promise<void>
}

/** A larger call is refused: its hook gets no answer that lets it run. */
const CALL_MAX_BYTES = 32 * 1024 * 1024
/** Calls that were allowed and have not asked for the second time yet. */
const ALLOWED_MAX = 1_000

/**
 * Starts the endpoint of one TUI.
 *
 * Each call asks twice, and both ways fail closed (measured with 2.1.197: no server, 500, garbage, an empty answer, one that
 * is cut, an unknown decision, a timeout all leave the tool unrun). `PreToolUse` comes first and waits for the decision:
 * it names the call, and while it waits no dialog is on the screen. (While a `PermissionRequest` hook waits the dialog *is* up,
 * and an Enter at the keyboard would run the tool.) A refusal ends there. An allowance does not pass the ask rule, so
 * `PermissionRequest` follows ~20 ms later, without a name, and is answered at once from what was decided; where nothing was,
 * the dialog stays up and the tool does not run.
 *
 * @param ask resolves with the decision, or never; `gone` is aborted when the CLI no longer waits for it
 */
export async function startPermissionHook(
  ask: (call: HookCall, gone: AbortSignal) => Promise<Decision>,
): Promise<PermissionHook> {
  const secret = randomBytes(32).toString('base64url')
  /** Allowed calls by what they are, since the second question does not name them. */
  const allowed = new Map<string, number>()

  const server = createServer((request, response) => {
    respond(request, response).catch(() => response.destroy())
  })
  server.requestTimeout = 0
  server.keepAliveTimeout = 60_000

  async function respond(request: IncomingMessage, response: ServerResponse) {
    if (!isOurs(request, secret)) return void response.writeHead(403).end()
    const fields = await readCall(request)
    if (fields === null) return void response.writeHead(400).end()
    const event = stringOf(fields, 'hook_event_name')
    if (event === 'PreToolUse') return askFirst(fields, response)
    if (event === 'PermissionRequest') return send(response, event, confirm(fields))
    response.writeHead(400).end()
  }

  async function askFirst(fields: Fields, response: ServerResponse) {
    const call = callOf(fields)
    if (call === null) return void response.writeHead(400).end()
    const gone = new AbortController()
    response.once('close', () => gone.abort())
    const decision = await ask(call, gone.signal)
    if (gone.signal.aborted) return
    if (decision.behavior === 'deny') {
      return send(response, 'PreToolUse', {
        permissionDecision: 'deny',
        permissionDecisionReason: decision.message,
      })
    }
    const updatedInput = decision.answers ? { ...call.input, answers: decision.answers } : null
    const key = keyOf(updatedInput ? { ...fields, tool_input: updatedInput } : fields)
    allowed.set(key, (allowed.get(key) ?? 0) + 1)
    const oldest = allowed.keys().next()
    if (allowed.size > ALLOWED_MAX && !oldest.done) allowed.delete(oldest.value)
    send(response, 'PreToolUse', updatedInput && { permissionDecision: 'allow', updatedInput })
  }

  /** The second question of a call. Each allowance serves once. */
  function confirm(fields: Fields): object | null {
    const key = keyOf(fields)
    const count = allowed.get(key) ?? 0
    if (count === 0) return null
    if (count === 1) allowed.delete(key)
    else allowed.set(key, count - 1)
    return { decision: { behavior: 'allow' } }
  }

  const { url } = await listenOnLoopback(server)
  return {
    url: `${url}/gate`,
    secret,
    close: () => closeNow(server),
  }
}

function isOurs({ method, headers }: IncomingMessage, secret: string): boolean {
  const given = Buffer.from(headers.authorization ?? '')
  const wanted = Buffer.from(`Bearer ${secret}`)
  return method === 'POST' && given.length === wanted.length && timingSafeEqual(given, wanted)
}

async function readCall(request: IncomingMessage): Promise<Fields | null> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue
    bytes += chunk.length
    if (bytes > CALL_MAX_BYTES) return null
    chunks.push(chunk)
  }
  try {
    return asFields(JSON.parse(Buffer.concat(chunks).toString('utf8'))) ?? null
  } catch {
    return null
  }
}

function callOf(fields: Fields): HookCall | null {
  const tool_use_id = stringOf(fields, 'tool_use_id')
  const tool_name = stringOf(fields, 'tool_name')
  const input = fieldsOf(fields, 'tool_input')
  if (tool_use_id === undefined || tool_name === undefined || !input || isTooDeep(input)) return null
  return { tool_use_id, tool_name, input, agent_id: stringOf(fields, 'agent_id') ?? null }
}

function keyOf(fields: Fields): string {
  return JSON.stringify([stringOf(fields, 'agent_id'), stringOf(fields, 'tool_name'), fields.tool_input])
}

/** @param decision null for an answer that decides nothing */
function send(response: ServerResponse, hookEventName: string, decision: object | null) {
  const body = JSON.stringify(decision ? { hookSpecificOutput: { hookEventName, ...decision } } : {})
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
  response.end(body)
}
