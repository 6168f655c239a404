// What every request must pass before anything looks at it, checked on the raw headers and the raw target.
import type { IncomingMessage } from 'node:http'
import type { Problem } from '../../lib/api.ts'
import { problem } from '../http/problem.ts'
import type { Origins } from './origins.ts'

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
const TARGET_MAX_CHARACTERS = 8192
/** The largest body by its announced length; routes have smaller limits and count for themselves. */
const BODY_MAX_BYTES = 2 * 1024 * 1024
/** The gateway takes whole conversations, and refuses what is over its own limit itself, in the shape of its API. */
const GATEWAY_BODY_MAX_BYTES = 64 * 1024 * 1024

/** Node joins or drops repetitions of these: readers would differ on what was said. */
const ONCE = new Set([
  'host',
  'origin',
  'authorization',
  'x-api-key',
  'x-csrf-token',
  'sec-fetch-site',
  'content-type',
  'content-length',
  'transfer-encoding',
  'last-event-id',
  'idempotency-key',
])

/**
 * Headers that Next, or a program beside it, takes for its own. `x-middleware-subrequest` switched checks off in
 * CVE-2025-29927, `x-forwarded-*` overrides Host, and a CSP on the request names the nonce of the page.
 */
const STRIPPED =
  /^(x-middleware-|x-next|x-invoke-|x-invocation-|x-forwarded-|x-matched-path|x-now-|x-vercel-|x-prerender-|x-action-|x-original-|x-rewrite-|x-http-method|x-method-override|x-real-ip$|x-deployment-id|x-breakglass-|upgrade$|next-action|next-resume|next-hmr|forwarded$|content-security-policy)/

/**
 * Checks a request, and takes the headers out of it that only the console itself may set. After that
 * `x-breakglass-address` holds the peer's address and `x-breakglass-target` the path and query.
 *
 * @returns null to let it in, else the problem to answer before closing the connection
 */
export function checkRawRequest(request: IncomingMessage, origins: Origins): Problem | null {
  const refusal =
    checkProtocol(request) ??
    checkHost(request, origins) ??
    checkTarget(request.url ?? '') ??
    checkBody(request)
  if (refusal) return refusal
  for (const name of Object.keys(request.headers)) {
    if (STRIPPED.test(name)) delete request.headers[name]
  }
  request.headers['x-breakglass-address'] = request.socket.remoteAddress ?? 'unknown'
  request.headers['x-breakglass-target'] = request.url
  return null
}

function checkProtocol(request: IncomingMessage): Problem | null {
  if (request.httpVersion !== '1.1') {
    return bad(`HTTP/${request.httpVersion} is not spoken here: use HTTP/1.1 (nginx: proxy_http_version 1.1)`)
  }
  if (!METHODS.has(request.method ?? '')) {
    return problem(405, 'method_not_allowed', `The method ${JSON.stringify(request.method)} is not known`)
  }
  if (request.headers['next-action'] !== undefined) return bad('There are no server actions here')
  const seen = new Set<string>()
  for (const name of rawNames(request)) {
    if (seen.has(name) && ONCE.has(name)) return bad(`The header "${name}" was sent more than once`)
    seen.add(name)
  }
  return null
}

function checkHost(request: IncomingMessage, origins: Origins): Problem | null {
  const host = request.headers.host
  if (host === undefined || host === '') return bad('The request names no Host')
  if (origins.of(host).length > 0) return null
  const detail = `${JSON.stringify(host)} is no name of this console: open ${origins.list[0]}, or name the origin in BREAKGLASS_ORIGIN`
  return problem(421, 'wrong_host', detail)
}

/** Only plain paths: whatever two programs could read as two different paths is refused. */
function checkTarget(target: string): Problem | null {
  if (target.length > TARGET_MAX_CHARACTERS) {
    return problem(414, 'target_too_long', `The target is over ${TARGET_MAX_CHARACTERS} characters`)
  }
  if (!target.startsWith('/')) return bad('The target must be a path that begins with "/"')
  const path = target.split('?', 1)[0] ?? ''
  if (/[^\x21-\x7e]|[\\#]/.test(target) || target.includes('%00')) {
    return bad('The target has characters that must be encoded, or that nobody needs')
  }
  if (/\/\/|\/\.{1,2}(\/|$)/.test(path) || /%(2e|2f|5c|25|[01][0-9a-f]|7f)/i.test(path)) {
    return bad(
      'The path must have no empty, "." or ".." parts, and no encoded dots, slashes or percent signs',
    )
  }
  try {
    decodeURIComponent(path)
  } catch {
    return bad('The path is not encoded in UTF-8')
  }
  return null
}

function checkBody(request: IncomingMessage): Problem | null {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers
  // Node itself refuses both at once, and lengths that are no numbers.
  if (encoding !== undefined && encoding.toLowerCase() !== 'chunked')
    return bad('The only Transfer-Encoding is "chunked"')
  const hasBody = encoding !== undefined || Number(length ?? 0) > 0
  if (hasBody && (request.method === 'GET' || request.method === 'HEAD'))
    return bad(`A ${request.method} request has no body`)
  const limit = request.url?.startsWith('/v1/') ? GATEWAY_BODY_MAX_BYTES : BODY_MAX_BYTES
  if (Number(length ?? 0) <= limit) return null
  return problem(413, 'body_too_large', `The body is over the limit of ${limit} bytes`, {
    limit_bytes: limit,
  })
}

function* rawNames(request: IncomingMessage) {
  for (let index = 0; index < request.rawHeaders.length; index += 2) {
    yield (request.rawHeaders[index] ?? '').toLowerCase()
  }
}

function bad(detail: string): Problem {
  return problem(400, 'bad_request', detail)
}
