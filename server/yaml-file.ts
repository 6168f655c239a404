// A YAML file of the operator's: read, checked against a schema, errors with line and column.
import { LineCounter, parseDocument } from 'yaml'
import type { z } from 'zod'
import { sayIssue } from './input-words.ts'

/** A file that can't be used. The message names file, line and column, and what was expected; a line for each mistake. */
export class YamlFileError extends Error {
  override name = 'YamlFileError'
}

/** Most times that aliases are followed: a few lines of YAML can otherwise stand for millions. */
const ALIASES = 20

/**
 * Reads YAML.
 * @param file its name, for messages
 * @throws YamlFileError
 */
export function parseYaml<T>(text: string, file: string, schema: z.ZodType<T>): T {
  const lineCounter = new LineCounter()
  const document = parseDocument(text, { lineCounter })
  const where = (offset: number) => {
    const { line, col } = lineCounter.linePos(offset)
    return `${file}, line ${line}, column ${col}`
  }
  const [broken] = document.errors
  if (broken) throw new YamlFileError(`${where(broken.pos[0])}: ${broken.message.split('\n')[0]}`)
  let value: unknown
  try {
    value = document.toJS({ maxAliasCount: ALIASES }) ?? {}
  } catch (error) {
    throw new YamlFileError(`${where(0)}: ${(error as Error).message}`)
  }
  const parsed = schema.safeParse(value, { error: sayIssue })
  if (parsed.success) return parsed.data
  const mistakes = parsed.error.issues.map((issue) => {
    const keys = issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key))
    return `${where(offsetOf(document, keys))}: ${keys.join('.') || 'the whole'}: ${issue.message}`
  })
  throw new YamlFileError(mistakes.join('\n'))
}

/** Where the nearest thing stands that the file does contain on the way to a key. */
function offsetOf(document: ReturnType<typeof parseDocument>, keys: (string | number)[]): number {
  for (let length = keys.length; length >= 0; length--) {
    const node = document.getIn(keys.slice(0, length), true)
    if (node && typeof node === 'object' && 'range' in node && Array.isArray(node.range))
      return Number(node.range[0])
  }
  return 0
}
