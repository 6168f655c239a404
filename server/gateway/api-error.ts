// Errors as the Messages API gives them: a type, a message, a status, the id of the request.

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

/**
 * What the client is told of a turn that failed, from the words of the CLI: it writes "API Error: 529 …" where the
 * model's own API refused.
 */
export function failureOf(result: string): ApiError {
  const status = Number(/API Error: (\d{3})\b/.exec(result)?.[1])
  const said = result.trim() === '' ? 'The turn failed without a word' : `The turn failed: ${result.trim()}`
  switch (status) {
    case 400:
      return new ApiError('invalid_request_error', said, NOT_AGAIN)
    case 404:
      return new ApiError('not_found_error', said, NOT_AGAIN)
    case 413:
      return new ApiError('request_too_large', said, NOT_AGAIN)
    case 429:
      return new ApiError('rate_limit_error', said, NOT_AGAIN)
    case 529:
      return new ApiError('overloaded_error', said, NOT_AGAIN)
    default:
      // A credential that the model refuses is the console's, not the client's.
      return new ApiError('api_error', said, NOT_AGAIN)
  }
}
