// The wrapper of every route handler: authentication, origin, role, input, and errors as problems.
import type { z } from 'zod'
import { BODY_MAX_BYTES, type OperatorView, type Role } from '../../lib/api.ts'
import type { ObserverPass } from '../../lib/observer-api.ts'
import type { Auth, Visitor } from '../auth/auth.ts'
import type { Identity } from '../auth/identity.ts'
import { checkOrigin } from './check-origin.ts'
import { HttpProblem, isHttpProblem, problem, problemResponse } from './problem.ts'
import { parseInput, parseQuery, readJson } from './read-input.ts'

export type Access = 'public' | Role
const RANK = { public: 0, viewer: 1, operator: 2, admin: 3 } as const satisfies Record<Access, number>

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** What each part of the path must look like: anything else is a 404. */
export type ParamRules = Readonly<Record<string, 'uuid' | RegExp>>

type RouteSpec<R, A extends Access, P extends ParamRules, Q, B> = {
  /** The least role; `public` needs no login. */
  access: A
  params?: P
  /** Checks the query, where each name may come once. Without it handlers read `url`. */
  query?: z.ZodType<Q>
  /** Checks the JSON body; a request without one counts as `{}`. */
  body?: z.ZodType<B>
  /** BODY_MAX_BYTES unless given. */
  bodyMaxBytes?: number
  /** The request does not show that somebody is there: it does not put off the idle time-out (streams). */
  passive?: boolean
  /** The password of a login must have been shown again in the last minutes; a bearer token has none to show. */
  stepUp?: boolean
  /** Lets observers read, where this names no session but theirs. Without it they are kept out. */
  observer?: AboutSession<R>
}

/** The ids of the sessions that a request is about. */
export type AboutSession<R> = (request: {
  runtime: R
  params: Readonly<Record<string, string>>
  url: URL
}) => readonly string[]

export type RouteInput<R, A extends Access, P extends ParamRules, Q, B> = {
  runtime: R
  operator: A extends 'public' ? OperatorView | null : OperatorView
  identity: A extends 'public' ? Identity | null : Identity
  params: { [K in keyof P]: string }
  query: Q
  body: B
  url: URL
  request: Request
  /** Where the request comes from, and the Host it came for. */
  visitor: Visitor
}

type RouteHandler<R, A extends Access, P extends ParamRules, Q, B> = (
  input: RouteInput<R, A, P, Q, B>,
) => Response | Promise<Response>

/** What Next hands to a route beside the request. */
export type RouteContext = { params: Promise<Record<string, string | string[] | undefined>> }

/** What the wrapper itself needs of the runtime. */
export type RouteRuntime = {
  auth: Auth
  /** Where an unexpected error goes; standard error unless given. */
  reportError?: (entry: Record<string, unknown>) => void
}

/**
 * Makes the `route` function that app/ uses, bound to the runtime.
 *
 * @param getRuntime called once a request
 */
export function createRoute<R extends RouteRuntime>(getRuntime: () => R) {
  return <A extends Access, P extends ParamRules = Record<never, never>, Q = undefined, B = undefined>(
    spec: RouteSpec<R, A, P, Q, B>,
    handler: RouteHandler<R, A, P, Q, B>,
  ) =>
    (request: Request, context: RouteContext): Promise<Response> =>
      runRoute(getRuntime(), spec, handler, request, context)
}

/** Answers one request. Contract: never rejects; what a handler throws becomes a problem. */
async function runRoute<
  R extends RouteRuntime,
  A extends Access,
  P extends ParamRules = Record<never, never>,
  Q = undefined,
  B = undefined,
>(
  runtime: R,
  spec: RouteSpec<R, A, P, Q, B>,
  handler: RouteHandler<R, A, P, Q, B>,
  request: Request,
  context: RouteContext,
): Promise<Response> {
  try {
    const identity = admit(runtime.auth, spec, request)
    const params = checkParams(spec.params ?? {}, await context.params)
    const url = new URL(request.url)
    if (identity?.observer && spec.access !== 'public')
      keepToSession(identity.observer, request, spec.observer?.({ runtime, params, url }) ?? null)
    const query = spec.query ? parseQuery(url.searchParams, spec.query) : undefined
    const text = await readJson(request, spec.bodyMaxBytes ?? BODY_MAX_BYTES)
    const body = spec.body ? parseInput(text ?? {}, spec.body) : undefined
    // The conditional types of RouteInput can't be proven inside; `admit` has made them true.
    const input = {
      runtime,
      operator: identity?.operator ?? null,
      identity,
      params,
      query,
      body,
      url,
      request,
      visitor: visitorOf(request.headers),
    } as RouteInput<R, A, P, Q, B>
    const response = await handler(input)
    if (!response.headers.has('cache-control')) response.headers.set('cache-control', 'no-store')
    return response
  } catch (error) {
    return answerError(error, request, runtime.reportError ?? reportToStderr)
  }
}

/** Lets a request in or throws: who it is, where it comes from, what that role may do. */
function admit(
  auth: Auth,
  spec: { access: Access; passive?: boolean; stepUp?: boolean },
  request: Request,
): Identity | null {
  const { headers } = request
  const identity = auth.authenticate(headers, spec.passive ? 'passive' : 'active')
  if (!identity && spec.access !== 'public') {
    throw new HttpProblem(
      401,
      'not_signed_in',
      'Sign in, or send a valid bearer token of the scope "console"',
      {},
      { 'www-authenticate': 'Bearer' },
    )
  }
  checkOrigin(request, auth.origins.of(headers.get('host') ?? ''), identity, spec.access !== 'public')
  if (identity && RANK[identity.operator.role] < RANK[spec.access]) {
    const { role } = identity.operator
    const detail = `This needs the role "${spec.access}", and you have "${role}": ask an admin`
    throw new HttpProblem(403, 'role_too_low', detail, { needed: spec.access, role })
  }
  if (spec.stepUp && identity && !identity.stepped_up) {
    const detail =
      'This wants your password once more: send it to POST /api/logins/current/step-up, then repeat the request'
    throw new HttpProblem(403, 'step_up_needed', detail)
  }
  return identity
}

/** Observers read one session; whatever a route would let a viewer do besides is not for them. */
function keepToSession(observer: ObserverPass, { method }: Request, sessions: readonly string[] | null) {
  const own = sessions?.every((id) => id === observer.session_id)
  if (own && (method === 'GET' || method === 'HEAD')) return
  const detail = 'An observer link shows one session to read and opens nothing else'
  throw new HttpProblem(403, 'observer_only', detail)
}

/** For routes whose `id` is that of a session. */
export function aboutSession({ params }: { params: Readonly<Record<string, string>> }): [string] {
  return [params.id ?? '']
}

/** For routes whose `id` is that of a terminal. */
export function aboutTerminal({
  runtime,
  params,
}: {
  runtime: { terminals: { find(id: string): { session_id: string } | null } }
  params: Readonly<Record<string, string>>
}): [string] {
  return [runtime.terminals.find(params.id ?? '')?.session_id ?? '']
}

/** The front door has checked the Host and noted the peer's address. */
function visitorOf(headers: Headers): Visitor {
  return {
    host: headers.get('host') ?? '',
    address: headers.get('x-breakglass-address') ?? 'unknown',
    user_agent: headers.get('user-agent') ?? '',
  }
}

function checkParams(rules: ParamRules, values: Record<string, string | string[] | undefined>) {
  const params: Record<string, string> = {}
  for (const [name, rule] of Object.entries(rules)) {
    const value = values[name]
    if (typeof value !== 'string' || !(rule === 'uuid' ? UUID : rule).test(value)) {
      throw new HttpProblem(
        404,
        'not_found',
        `There is nothing named ${JSON.stringify(String(value ?? '').slice(0, 100))} here`,
      )
    }
    params[name] = value
  }
  return params
}

function answerError(
  error: unknown,
  request: Request,
  report: NonNullable<RouteRuntime['reportError']>,
): Response {
  if (isHttpProblem(error)) return problemResponse(error.problem, error.headers)
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) {
    const detail = 'Another process holds the database: try again in a few seconds'
    return problemResponse(problem(503, 'database_busy', detail), { 'retry-after': '2' })
  }
  if (/^(SQLITE_(FULL|IOERR|READONLY|CANTOPEN)|ENOSPC|EDQUOT|EROFS)/.test(code)) {
    const detail = `The record can't be written (${code}): free space on the data directory's disk`
    return problemResponse(problem(507, 'disk_full', detail))
  }
  const id = crypto.randomUUID()
  // Never the URL's query, the headers or the body: they can hold secrets.
  const { message, stack, name } = error instanceof Error ? error : new Error(String(error))
  const path = new URL(request.url).pathname
  report({
    level: 'error',
    id,
    method: request.method,
    path,
    error: { name, message: message.slice(0, 500), stack },
  })
  const detail = `The console met an error of its own: look for ${id} in its log`
  return problemResponse(problem(500, 'internal', detail, { id }))
}

function reportToStderr(entry: Record<string, unknown>) {
  console.error(JSON.stringify({ at: new Date().toISOString(), ...entry }))
}
