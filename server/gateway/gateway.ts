// The Messages-shaped API: requests in, messages or streams of them out, over pooled sessions.
import type { Problem } from '../../lib/api.ts'
import type { TerminalView } from '../../lib/terminal-api.ts'
import type { Auth } from '../auth/auth.ts'
import type { Identity } from '../auth/identity.ts'
import { isHttpProblem } from '../http/problem.ts'
import { readJson } from '../http/read-input.ts'
import { admitToken } from './admit-token.ts'
import type { ContentFrame } from './answer.ts'
import { ApiError, errorResponse, NOT_AGAIN } from './api-error.ts'
import type { GatewayConfig } from './gateway-config.ts'
import { createMessageStream, newMessageId, newRequestId, wholeMessage } from './message.ts'
import { parseMessagesRequest } from './messages-request.ts'
import type { Models } from './models.ts'
import type { Asked, Pool } from './pool.ts'
import type { Client } from './pool-turn.ts'

/** As the Messages API takes them. */
const BODY_MAX_BYTES = 32 * 1024 * 1024

export type Gateway = ReturnType<typeof createGateway>

/** @param reportError gets what nobody expected, without any text of the conversation */
export function createGateway(options: {
  config: GatewayConfig
  auth: Auth
  pool: Pool
  models: Models
  /** The terminals of a session that run. */
  terminalsOf: (sessionId: string) => TerminalView[]
  /** @throws HttpProblem while nothing may be started */
  refuse: () => void
  reportError: (entry: Record<string, unknown>) => void
}) {
  const { config, auth, pool, models, terminalsOf, refuse, reportError } = options
  /** Requests that run, by token. */
  const running = new Map<string, number>()

  return {
    /** `POST /v1/messages`. Never rejects. */
    messages: (request: Request) =>
      answer(request, async (identity, requestId) => {
        const body = await readBody(request)
        refuse()
        const parsed = parseMessagesRequest(body)
        if (parsed.system !== null && config.request_system === 'refuse') {
          const words =
            'system: set in the configuration of this gateway (gateway.request_system). Leave it out'
          throw new ApiError('invalid_request_error', words)
        }
        const asked = { ...parsed, operator: identity.operator.name, choice: models.choose(parsed.model) }
        return counted(identity, () => respond(request, identity, asked, requestId))
      }),

    /** `GET /v1/models` and `GET /v1/models/MODEL`. Never rejects. */
    models: (request: Request, model: string | null) =>
      answer(request, async (_, requestId) =>
        ok(model === null ? models.list() : models.get(model), requestId),
      ),

    /** Every other route. Never rejects. */
    refuse: (request: Request) =>
      answer(request, async () => {
        const { pathname } = new URL(request.url)
        const words = pathname.endsWith('/count_tokens')
          ? 'This gateway does not count tokens beforehand: "usage" of an answer says how many there were'
          : `There is no ${request.method} ${pathname} here: use POST /v1/messages or GET /v1/models`
        throw new ApiError('not_found_error', words)
      }),

    /** `GET /api/gateway/pool`: live sessions, idle and in a turn, with their terminals. */
    pool: () => ({
      pool_size: config.pool_size,
      idle_minutes: config.idle_minutes,
      seeding: config.seeding,
      sessions: pool.list().map((each) => ({ ...each, terminals: terminalsOf(each.session_id) })),
    }),
  }

  async function answer(
    request: Request,
    handle: (identity: Identity, requestId: string) => Promise<Response>,
  ): Promise<Response> {
    const requestId = newRequestId()
    try {
      return await handle(admitToken(auth, request.headers), requestId)
    } catch (error) {
      return errorResponse(toApiError(error, request, requestId), requestId)
    }
  }

  /** Runs a request unless its token has too many of them; a stream counts until its end. */
  async function counted(
    { id }: Identity,
    run: () => Promise<{ response: Response; ended: Promise<unknown> }>,
  ): Promise<Response> {
    const before = running.get(id) ?? 0
    if (before >= config.requests_at_once) {
      const words = `This token runs ${before} requests already (gateway.requests_at_once): wait for one to end`
      throw new ApiError('rate_limit_error', words, { 'retry-after': '5' })
    }
    const leave = () => {
      const left = (running.get(id) ?? 1) - 1
      if (left > 0) running.set(id, left)
      else running.delete(id)
    }
    running.set(id, before + 1)
    try {
      const { response, ended } = await run()
      void ended.finally(leave)
      return response
    } catch (error) {
      leave()
      throw error
    }
  }

  async function respond(request: Request, identity: Identity, asked: Asked, requestId: string) {
    const gone = new AbortController()
    const leave = () => gone.abort()
    if (request.signal.aborted) leave()
    request.signal.addEventListener('abort', leave, { once: true })
    // A token that is revoked ends what it has begun.
    const unwatch = auth.watch(identity, leave)
    const id = newMessageId()
    const stream = createMessageStream(id, asked.model, leave)
    const headers: Record<string, string> = { 'request-id': requestId, 'cache-control': 'no-store' }
    let opened = () => {}
    const open = new Promise<void>((resolve) => {
      opened = resolve
    })
    const client: Client = {
      signal: gone.signal,
      onOpen(sessionId, entrance) {
        headers['x-breakglass-session'] = sessionId
        headers['x-breakglass-pool'] = entrance
        if (asked.stream) stream.begin()
        opened()
      },
      onFrame: (frame: ContentFrame) => {
        if (asked.stream) stream.frame(frame)
      },
    }
    const ended = pool.run(asked, client).finally(() => {
      unwatch()
      request.signal.removeEventListener('abort', leave)
    })
    if (!asked.stream) {
      const end = await ended
      return { response: ok(wholeMessage(id, asked.model, end), requestId, headers), ended }
    }
    const sent = ended.then(stream.end)
    // What fails before the answer has begun is told by its status.
    await Promise.race([open, sent])
    sent.catch((error: unknown) => stream.fail(toApiError(error, request, requestId), requestId))
    headers['content-type'] = 'text/event-stream; charset=utf-8'
    headers['x-accel-buffering'] = 'no'
    return { response: new Response(stream.body, { headers }), ended: sent.catch(() => undefined) }
  }

  function toApiError(error: unknown, request: Request, requestId: string): ApiError {
    if (error instanceof ApiError) return error
    if (isHttpProblem(error)) return fromProblem(error.problem)
    if (error instanceof RangeError) {
      return new ApiError('invalid_request_error', 'The body is nested too deeply')
    }
    // Never the body or the headers: they hold the conversation and the token.
    const { name, message, stack } = error instanceof Error ? error : new Error(String(error))
    const { pathname } = new URL(request.url)
    reportError({
      level: 'error',
      id: requestId,
      path: pathname,
      error: { name, message: message.slice(0, 500), stack },
    })
    return new ApiError(
      'api_error',
      `The console met an error of its own: look for ${requestId} in its log`,
      NOT_AGAIN,
    )
  }
}

/**
 * A body over the limit is taken in and forgotten, as far as the front door lets it: a client that is cut off while it
 * sends does not read why.
 */
async function readBody(request: Request): Promise<unknown> {
  if (Number(request.headers.get('content-length') ?? 0) > BODY_MAX_BYTES) {
    await request.body?.pipeTo(new WritableStream())
    throw new ApiError('request_too_large', `The body is over the limit of ${BODY_MAX_BYTES} bytes`)
  }
  return readJson(request, BODY_MAX_BYTES)
}

function fromProblem({ status, code, detail }: Problem): ApiError {
  if (code === 'killed') return new ApiError('api_error', detail, NOT_AGAIN)
  if (status === 413) return new ApiError('request_too_large', detail)
  if (status === 503) return new ApiError('overloaded_error', detail, { 'retry-after': '5' })
  if (status === 507) return new ApiError('api_error', detail, NOT_AGAIN)
  return new ApiError('invalid_request_error', detail)
}

function ok(body: unknown, requestId: string, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(JSON.stringify(body), {
    headers: {
      'cache-control': 'no-store',
      'request-id': requestId,
      ...headers,
      'content-type': 'application/json; charset=utf-8',
    },
  })
}
