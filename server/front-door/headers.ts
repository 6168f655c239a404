// The security headers of every answer.
import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'

const YEAR_SECONDS = 365 * 24 * 60 * 60

const ALWAYS: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  'permissions-policy':
    'accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), microphone=(), payment=(), usb=()',
}

/** What answers of the API may do should a browser show one as a page: nothing. */
const API_POLICY = "default-src 'none'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'"

/**
 * Sets the headers of an answer before anything else can write it. Next puts the nonce of the policy that it finds on
 * the request into its script tags, so the policy goes there too: every page must be rendered for its request.
 *
 * @param secure whether the request came for an https origin
 */
export function setSecurityHeaders(
  request: IncomingMessage,
  response: ServerResponse,
  secure: boolean,
): void {
  for (const [name, value] of Object.entries(ALWAYS)) response.setHeader(name, value)
  if (secure) response.setHeader('strict-transport-security', `max-age=${YEAR_SECONDS}`)
  if (/^\/(api|v1)(\/|\?|$)/.test(request.url ?? '')) {
    response.setHeader('content-security-policy', API_POLICY)
    return
  }
  const policy = pagePolicy(randomBytes(16).toString('base64'))
  request.headers['content-security-policy'] = policy
  response.setHeader('content-security-policy', policy)
}

/** xterm needs inline styles; scripts run by nonce only. */
function pagePolicy(nonce: string): string {
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "object-src 'none'",
  ].join('; ')
}
