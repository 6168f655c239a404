// Errors as the Messages API gives them: a type, a message, a status, the id of the request.
import type { ModelFailure } from '../../lib/events.ts'

const STATUS = {
  invalid_request_error: 400,
  authentication_error: 401,
  permission_error: 403,
  not_found_error: 404,
  request_too_large: 413,
  rate_limit_error: 429,
  api_error: 500,
  timeout_error: 504,
  overloaded_error: 529,
} as const
export type ApiErrorType = keyof typeof STATUS

/** Thrown below the gateway's edge, and answered there. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly type: ApiErrorType
  readonly headers: Readonly<Record<string, string>>

  /** @param headers sent along, such as `retry-after` in seconds, or `x-should-retry` where tools may have run */
  constructor(type: ApiErrorType, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message)
    this.type = type
    this.headers = headers
  }
}

/** The client must not repeat such a request by itself: a second turn would run the tools of the first once more. */
export const NOT_AGAIN = { 'x-should-retry': 'false' } as const

export function errorBody(type: ApiErrorType, message: string, requestId: string) {
  return { type: 'error', error: { type, message }, request_id: requestId } as const
}

/** An error as an answer. */
export function errorResponse({ type, message, headers }: ApiError, requestId: string): Response {
  return new Response(JSON.stringify(errorBody(type, message, requestId)), {
    status: STATUS[type],
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      'request-id': requestId,
      ...headers,
    },
  })
}

/** The CLI's words for a 404 (measured, 2.1.197). */
const NO_SUCH_MODEL = /^There's an issue with the selected model/

/**
 * What the client is told of a turn that failed.
 * @param result the CLI's words: "API Error: 400 …" where the model's own API refused the request
 * @param failure how the model failed, where it was the model
 */
export function failureOf(result: string, failure: ModelFailure | undefined): ApiError {
  const said = result.trim() === '' ? 'The turn failed without a word' : `The turn failed: ${result.trim()}`
  const status = NO_SUCH_MODEL.test(result) ? 404 : Number(/API Error: (\d{3})\b/.exec(result)?.[1])
  return new ApiError(typeOf(failure, status), said, NOT_AGAIN)
}

function typeOf(failure: ModelFailure | undefined, status: number): ApiErrorType {
  if (failure === 'rate_limited') return 'rate_limit_error'
  if (failure === 'overloaded') return 'overloaded_error'
  if (status === 400) return 'invalid_request_error'
  if (status === 404) return 'not_found_error'
  if (status === 413) return 'request_too_large'
  // A credential that the model refuses is the console's, not the client's.
  return 'api_error'
}
