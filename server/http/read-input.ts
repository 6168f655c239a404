// Reads what a request says, JSON body and query, and checks it against a schema.
import type { z } from 'zod'
import { sayIssue } from '../input-words.ts'
import { HttpProblem } from './problem.ts'

/**
 * The parsed JSON body, undefined when there is none. Bytes are counted as they arrive.
 *
 * @param maxBytes the largest body that is read
 * @throws HttpProblem 413 `body_too_large`, 415 `not_json`, 400 `bad_json`
 */
export async function readJson(request: Request, maxBytes: number): Promise<unknown> {
  if (request.method === 'GET' || request.method === 'HEAD') return undefined
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge(maxBytes)
  const bytes = await readBytes(request, maxBytes)
  if (bytes.length === 0) return undefined
  checkMediaType(request.headers)
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes), asText)
  } catch {
    throw new HttpProblem(400, 'bad_json', 'The body is no valid JSON in UTF-8')
  }
}

/** JSON can name half a pair of surrogates, which no encoding has: SQLite would give something else back. */
function asText(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? value.replace(/\p{Surrogate}/gu, '\ufffd') : value
}

async function readBytes(request: Request, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  const reader: ReadableStreamDefaultReader<Uint8Array> | undefined = request.body?.getReader()
  for (;;) {
    const part = await reader?.read()
    if (!part?.value) break
    length += part.value.length
    if (length > maxBytes) {
      // Not awaited: the rest may never come.
      reader?.cancel().catch(() => {})
      throw tooLarge(maxBytes)
    }
    chunks.push(part.value)
  }
  return Buffer.concat(chunks)
}

/** The connection is closed, for else the rest of the body would have to be taken in. */
function tooLarge(maxBytes: number): HttpProblem {
  const detail = `The body is over the limit of ${maxBytes} bytes`
  return new HttpProblem(413, 'body_too_large', detail, { limit_bytes: maxBytes }, { connection: 'close' })
}

function checkMediaType(headers: Headers) {
  const type = headers.get('content-type') ?? ''
  if (!/^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i.test(type) || headers.has('content-encoding')) {
    const detail = `The body must be sent as "application/json" without encoding, got ${JSON.stringify(type)}`
    throw new HttpProblem(415, 'not_json', detail)
  }
}

/**
 * Checks the query; a name that comes twice is refused, for readers would differ on which one counts.
 * @throws HttpProblem 400 `invalid_input`
 */
export function parseQuery<T>(query: URLSearchParams, schema: z.ZodType<T>): T {
  const names = [...query.keys()]
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw invalid({ [twice]: 'Give this once' })
  return parseInput(Object.fromEntries(query), schema)
}

/** @throws HttpProblem 400 `invalid_input` with a message a field */
export function parseInput<T>(value: unknown, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(value, { error: sayIssue })
  if (parsed.success) return parsed.data
  const fields: Record<string, string> = {}
  for (const issue of parsed.error.issues) {
    const path = issue.path.map(String)
    const keys = issue.code === 'unrecognized_keys' ? issue.keys : [undefined]
    for (const key of keys) {
      const name = [...path, ...(key === undefined ? [] : [key])].join('.') || 'body'
      fields[name] ??= key === undefined ? issue.message : 'This field is not known'
    }
  }
  throw invalid(fields)
}

function invalid(fields: Record<string, string>): HttpProblem {
  const said = Object.entries(fields).map(([name, message]) => `${name}: ${message}`)
  return new HttpProblem(400, 'invalid_input', said.slice(0, 5).join('; '), { fields })
}
