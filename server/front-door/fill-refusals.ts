// Gives words to a refusal that Next sends without any.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { problem } from '../http/problem.ts'

/** Next answers a method that a route of the API lacks with an empty 405; every refusal of ours is a problem. */
export function fillRefusals(request: IncomingMessage, response: ServerResponse): void {
  if (!request.url?.startsWith('/api/')) return
  const end = response.end
  response.end = ((...rest: Parameters<typeof end>) => {
    response.end = end
    if (response.statusCode !== 405 || response.headersSent) return end.apply(response, rest)
    const detail = `This route does not take ${request.method}: an OPTIONS request names the methods it takes`
    response.setHeader('content-type', 'application/problem+json; charset=utf-8')
    response.setHeader('cache-control', 'no-store')
    return end.call(response, JSON.stringify(problem(405, 'method_not_allowed', detail)), 'utf8')
  }) as typeof end
}
