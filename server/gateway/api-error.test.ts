import { expect, it } from 'vitest'
import { failureOf } from './api-error.ts'

it.each([
  ['API Error: 400 broken', undefined, 'invalid_request_error'],
  ["There's an issue with the selected model (gpt-7). It may not exist", undefined, 'not_found_error'],
  ['It is overloaded', 'overloaded', 'overloaded_error'],
  ['API Error: 401 Invalid API key', 'credentials', 'api_error'],
  ['', undefined, 'api_error'],
] as const)('failureOf() gives the client of %j a type that its library knows', (words, failure, type) => {
  expect(failureOf(words, failure)).toMatchObject({ type, headers: { 'x-should-retry': 'false' } })
})
