// The scripted model: a loopback server that speaks the Messages API and answers from scenario files.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { closeNow, listenOnLoopback } from '../http/loopback.ts'
import { chooseAnswer } from './choose-answer.ts'
import { type MessagesRequest, messagesRequest } from './conversation.ts'
import { parseJson, readBody, sendError, sendJson } from './plain-http.ts'
import { listScenarios, loadScenario, type Scenario, ScenarioError } from './scenario.ts'
import { sendAnswer, streamAnswer, tokensIn } from './write-answer.ts'

type RecordedRequest = {
  at: string
  method: string
  path: string
  headers: Record<string, string>
  /** The parsed JSON body; null where there was none. */
  body: unknown
}

export type ScriptedModel = {
  /** The base URL, for ANTHROPIC_BASE_URL. */
  url: string
  port: number
  /** The newest requests, oldest first, at most REQUESTS_KEPT. */
  requests: RecordedRequest[]
  /** Ends the server and every open answer. */
  close(): Promise<void>
}

type ScriptedModelOptions = {
  /** The directory that holds the scenarios. */
  scenarios: string
  /** 0, the default, takes a free one. */
  port?: number
  /** Played for models that are not named `drill-NAME`. */
  fallbackScenario?: string
  /** Leaves out `pace` and `delay_ms`, for tests that wait for the end. */
  hurry?: boolean
}

/** Requests kept for tests to look at; beyond, the oldest are dropped. A request of the CLI is about 100 KB. */
export const REQUESTS_KEPT = 50
/** Places in scripts whose attempts are counted; beyond, the oldest are forgotten and their errors play again. */
const PLACES_COUNTED = 10_000

/** The names of the models that play the scenario `name`. */
export const modelOf = (name: string) => `drill-${name}`

/**
 * Starts the scripted model. What it answers follows from the request alone, so it can be restarted in the middle of a
 * turn; only the attempts at steps with `error` or `cut` are counted in memory.
 * Throws ScenarioError when the fallback scenario is missing or wrong, and what `listen` throws.
 */
export async function startScriptedModel(options: ScriptedModelOptions): Promise<ScriptedModel> {
  if (options.fallbackScenario !== undefined) await loadScenario(options.scenarios, options.fallbackScenario)
  const requests: RecordedRequest[] = []
  const attempts = new Map<string, number>()
  const server = createServer((request, response) => {
    respond(request, response, { options, requests, attempts }).catch((error: unknown) => {
      if (response.headersSent) response.destroy()
      else sendError(response, 500, 'api_error', error instanceof Error ? error.message : String(error))
    })
  })
  const { url, port } = await listenOnLoopback(server, options.port)
  return {
    url,
    port,
    requests,
    close: () => closeNow(server),
  }
}

type Running = { options: ScriptedModelOptions; requests: RecordedRequest[]; attempts: Map<string, number> }

async function respond(request: IncomingMessage, response: ServerResponse, running: Running): Promise<void> {
  const text = await readBody(request)
  if (text === null) return sendError(response, 413, 'request_too_large', 'Request exceeds the maximum size')
  const body = parseJson(text)
  const path = request.url ?? '/'
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
  )
  running.requests.push({
    at: new Date().toISOString(),
    method: request.method ?? '',
    path,
    headers,
    body: body ?? null,
  })
  if (running.requests.length > REQUESTS_KEPT) running.requests.shift()

  const route = `${request.method} ${path.split('?', 1)[0]}`
  if (request.method === 'HEAD') response.writeHead(200).end()
  else if (route === 'GET /v1/models') sendJson(response, 200, await listModels(running.options.scenarios))
  else if (route === 'POST /v1/messages/count_tokens')
    sendJson(response, 200, { input_tokens: tokensIn(text.length) })
  else if (route !== 'POST /v1/messages')
    sendError(response, 404, 'not_found_error', `No such route "${route}"`)
  else {
    const parsed = messagesRequest.safeParse(body)
    if (!parsed.success) return sendError(response, 400, 'invalid_request_error', parsed.error.message)
    await answer(parsed.data, text.length, headers, response, running)
  }
}

async function answer(
  request: MessagesRequest,
  requestCharacters: number,
  headers: Record<string, string>,
  response: ServerResponse,
  { options, attempts }: Running,
): Promise<void> {
  let scenario: Scenario
  try {
    scenario = await scenarioOf(request.model, options)
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error
    return sendError(response, 400, 'invalid_request_error', error.message)
  }
  const agent = headers['x-claude-code-agent-id']
  const { step, blocks, place } = chooseAnswer(scenario, request, agent !== undefined)
  const attempt = countAttempt(
    attempts,
    [headers['x-claude-code-session-id'], agent, request.model, place].join(' '),
  )

  if (step.delay_ms && !options.hurry) await sleep(step.delay_ms)
  if (step.hang || response.destroyed) return
  const { error } = step
  const failures = error ? (error.times ?? Number.POSITIVE_INFINITY) : 0
  if (error && attempt <= failures) {
    return sendError(response, error.status, error.type, error.message, {
      ...(error.retry_after !== undefined && { 'retry-after': String(error.retry_after) }),
      ...(error.should_retry !== undefined && { 'x-should-retry': String(error.should_retry) }),
    })
  }
  const isCut = step.cut !== undefined && (step.cut.always === true || attempt === failures + 1)
  const outgoing = {
    model: request.model,
    blocks,
    stopReason: step.stop_reason ?? (blocks.some((block) => 'tool' in block) ? 'tool_use' : 'end_turn'),
    pace: options.hurry ? undefined : (step.pace ?? scenario.pace),
    cutAfter: isCut ? step.cut?.after_characters : undefined,
    requestCharacters,
  } as const
  await (request.stream ? streamAnswer : sendAnswer)(response, outgoing)
}

/** `drill-NAME`, with or without a context suffix such as `[1m]`, plays NAME. */
async function scenarioOf(
  model: string,
  { scenarios, fallbackScenario }: ScriptedModelOptions,
): Promise<Scenario> {
  const name = /^drill-([a-z0-9-]+)(\[\w+\])?$/.exec(model)?.[1] ?? fallbackScenario
  if (name !== undefined) return loadScenario(scenarios, name)
  throw new ScenarioError(`No scenario for the model "${model}": ask for "drill-NAME"`)
}

/** How often this place has been asked for, this time included. */
function countAttempt(attempts: Map<string, number>, key: string): number {
  const attempt = (attempts.get(key) ?? 0) + 1
  attempts.set(key, attempt)
  const oldest = attempts.keys().next()
  if (attempts.size > PLACES_COUNTED && !oldest.done) attempts.delete(oldest.value)
  return attempt
}

async function listModels(scenarios: string): Promise<object> {
  const names = await listScenarios(scenarios)
  const data = names.map((name) => ({
    type: 'model',
    id: modelOf(name),
    display_name: `Drill: ${name}`,
    created_at: '2026-01-01T00:00:00Z',
  }))
  return { data, has_more: false, first_id: data.at(0)?.id ?? null, last_id: data.at(-1)?.id ?? null }
}
