// The first thing that happens to a request: security headers on the answer, then the raw checks.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setSecurityHeaders } from './headers.ts'
import { writeProblem } from './limits.ts'
import type { Origins } from './origins.ts'
import { checkRawRequest } from './raw-checks.ts'

/** @returns whether the request may go on; if not it has been answered */
export function admitRequest(request: IncomingMessage, response: ServerResponse, origins: Origins): boolean {
  const refusal = checkRawRequest(request, origins)
  // After the checks, which take a policy away that came with the request.
  setSecurityHeaders(request, response, origins.isSecure(request.headers.host ?? ''))
  if (refusal) writeProblem(response, refusal)
  return refusal === null
}
