// Reads a Messages request: what the client wants, checked wholly, or the reason why not.
import { z } from 'zod'
import { ApiError } from './api-error.ts'
import { type ApiMessage, type CanonicalMessage, canonicalMessages, textOf } from './canonical.ts'
import { refusalOf } from './request-fields.ts'

/** A conversation as long as this is past what any model takes. */
const MESSAGES_MAX = 20_000
/** The prompt goes to the CLI in one line. */
export const PROMPT_MAX_BYTES = 4 * 1024 * 1024

export type MessagesRequest = {
  model: string
  stream: boolean
  system: string | null
  /** All messages but the last. */
  history: CanonicalMessage[]
  last: CanonicalMessage
  /** The text of the last message. */
  prompt: string
}

const text = z.looseObject({ type: z.literal('text'), text: z.string() })
const resultContent = z.union([z.string(), z.array(text)])
const blocks = {
  user: z.discriminatedUnion('type', [
    text,
    z.looseObject({
      type: z.literal('tool_result'),
      tool_use_id: z.string().min(1),
      content: resultContent.optional(),
      is_error: z.boolean().optional(),
    }),
  ]),
  assistant: z.discriminatedUnion('type', [
    text,
    z.looseObject({ type: z.literal('thinking'), thinking: z.string(), signature: z.string().optional() }),
    z.looseObject({ type: z.literal('redacted_thinking'), data: z.string() }),
    z.looseObject({
      type: z.literal('tool_use'),
      id: z.string().min(1),
      name: z.string().min(1),
      input: z.record(z.string(), z.unknown()),
    }),
  ]),
}
const contentOf = <B extends z.ZodType>(block: B) => z.union([z.string(), z.array(block).min(1)])
const message = z.discriminatedUnion('role', [
  z.strictObject({ role: z.literal('user'), content: contentOf(blocks.user) }),
  z.strictObject({ role: z.literal('assistant'), content: contentOf(blocks.assistant) }),
])
const request = z.looseObject({
  model: z.string().min(1).max(200),
  max_tokens: z.int().min(1),
  messages: z.array(message).min(1).max(MESSAGES_MAX),
  system: z.union([z.string(), z.array(text)]).optional(),
  stream: z.boolean().optional(),
})

/** @throws ApiError 400 `invalid_request_error` naming the field, 413 `request_too_large` */
export function parseMessagesRequest(body: unknown): MessagesRequest {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw invalid('The body must be a JSON object')
  }
  const refusal = refusalOf(body as Record<string, unknown>)
  if (refusal) throw invalid(refusal)
  const parsed = request.safeParse(body)
  if (!parsed.success) throw invalid(wordsOf(parsed.error.issues[0]))
  const { model, stream = false, system, messages } = parsed.data
  const canonical = canonicalMessages(messages as ApiMessage[])
  const last = canonical.at(-1)
  const place = `messages.${messages.length - 1}`
  if (messages[0]?.role !== 'user') throw invalid('messages.0: the first message must be a user’s')
  if (last?.role !== 'user') {
    throw invalid(`${place}: the last message must be a user’s; an answer can't be begun for the model`)
  }
  if (last.content.some(({ type }) => type === 'tool_result')) {
    throw invalid(
      `${place}: tool_result: the session runs its tools itself and takes no results from outside`,
    )
  }
  const prompt = textOf(last.content)
  if (prompt.trim() === '') throw invalid(`${place}: the last user message has no text`)
  if (Buffer.byteLength(prompt) > PROMPT_MAX_BYTES) throw tooLarge(PROMPT_MAX_BYTES)
  return { model, stream, system: systemOf(system), history: canonical.slice(0, -1), last, prompt }
}

export function tooLarge(bytes: number): ApiError {
  const message = `The last message is over the limit of ${bytes} bytes that can be given to the CLI`
  return new ApiError('request_too_large', message)
}

function systemOf(system: string | { text: string }[] | undefined): string | null {
  const said = typeof system === 'string' ? system : (system ?? []).map((block) => block.text).join('\n\n')
  return said.trim() === '' ? null : said
}

function invalid(words: string): ApiError {
  return new ApiError('invalid_request_error', words)
}

/** The issue that is furthest inside says what was meant and where it went wrong. */
function wordsOf(issue: z.core.$ZodIssue | undefined): string {
  if (!issue) return 'The body is not a Messages request'
  const { path, words } = deepest(issue, [])
  return `${path.join('.') || 'body'}: ${words}`
}

function deepest(issue: z.core.$ZodIssue, above: readonly string[]): { path: string[]; words: string } {
  const path = [...above, ...issue.path.map(String)]
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const inner = issue.errors.flatMap((issues) => issues.map((each) => deepest(each, path)))
    const furthest = inner.sort((a, b) => b.path.length - a.path.length)[0]
    if (furthest) return furthest
  }
  if (issue.code === 'invalid_union') {
    return { path, words: 'content of this type is not supported by this gateway: send text' }
  }
  if (issue.code === 'unrecognized_keys') return { path: [...path, ...issue.keys], words: 'not known here' }
  return { path, words: issue.message }
}
