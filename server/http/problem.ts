// Errors at the HTTP edge, as RFC 9457 problems.
import { STATUS_CODES } from 'node:http'
import type { Problem } from '../../lib/api.ts'

/**
 * A problem as data.
 *
 * @param code a stable name in snake_case that programs can rely on
 * @param detail what is wrong and what to do, without a full stop
 * @param extra further members, such as `fields` or `turn_id`
 */
export function problem(
  status: number,
  code: string,
  detail: string,
  extra: Readonly<Record<string, unknown>> = {},
): Problem {
  return { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', ...extra, status, code, detail }
}

/** Thrown anywhere below a route handler; the route wrapper answers with its problem. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem'
  readonly problem: Problem
  readonly headers: Readonly<Record<string, string>>

  /** @param headers sent along, such as `retry-after` in seconds */
  constructor(
    status: number,
    code: string,
    detail: string,
    extra: Readonly<Record<string, unknown>> = {},
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail)
    this.problem = problem(status, code, detail, extra)
    this.headers = headers
  }
}

/** One input that can't be used: 400 `invalid_input` naming it. */
export function invalidField(field: string, detail: string): HttpProblem {
  return new HttpProblem(400, 'invalid_input', detail, { fields: { [field]: detail } })
}

/**
 * Whether a thrown value is an HttpProblem.
 * By shape and not by class: the front door's modules and the ones in Next's bundle are different instances.
 */
export function isHttpProblem(error: unknown): error is HttpProblem {
  return error instanceof Error && error.name === 'HttpProblem' && 'problem' in error && 'headers' in error
}

/** A problem as an answer. */
export function problemResponse(body: Problem, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(JSON.stringify(body), {
    status: body.status,
    headers: {
      'cache-control': 'no-store',
      ...headers,
      'content-type': 'application/problem+json; charset=utf-8',
    },
  })
}
