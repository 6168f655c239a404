// Gives a new CLI session a history that it has not lived: a transcript written beforehand, or a prompt that tells it.
import { randomUUID } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { assertNever } from '../../lib/assert-never.ts'
import { apiBlock, type CanonicalBlock, type CanonicalMessage } from './canonical.ts'

/** `native_jsonl`: a transcript where `--resume` finds it. `concat_message`: the history stands in the first prompt. */
export const SEEDINGS = ['native_jsonl', 'concat_message'] as const

/** Longer folder names are cut by the CLI, and a hash of the whole path is put behind them (measured, 2.1.197). */
const SLUG_CHARACTERS = 200
/** Stands for the model of answers whose model nobody knows any more. The CLI wants some name there. */
const UNKNOWN_MODEL = 'unknown'

/**
 * Writes the history as a transcript of the CLI, so that `--resume` goes on from its end.
 *
 * Each record needs type, uuid, parentUuid as a chain, timestamp and a message with role and content; an answer's
 * content is a list, and it has a model and an id of its own (measured, 2.1.197: without them the CLI hangs or crashes).
 *
 * @param realCwd the CLI's working directory with all symlinks resolved
 * @param nowMs the end of the history; its messages lie a second apart before it
 * @returns the path of the transcript, null when there is nothing to seed
 * @throws Error when it can't be written, or is there already
 */
export async function seedTranscript(options: {
  configDirectory: string
  realCwd: string
  cliSessionId: string
  claudeVersion: string
  model: string | null
  messages: readonly CanonicalMessage[]
  nowMs: number
}): Promise<string | null> {
  const { configDirectory, realCwd, cliSessionId, claudeVersion, messages, nowMs } = options
  const seeds = seedable(messages)
  if (seeds.length === 0) return null
  let parentUuid: string | null = null
  const records = seeds.map(({ role, content }, index) => {
    const uuid = randomUUID()
    const record = {
      parentUuid,
      isSidechain: false,
      type: role,
      message: { ...headOf(role, options.model), role, content: content.map(apiBlock) },
      uuid,
      timestamp: new Date(nowMs - (seeds.length - index) * 1000).toISOString(),
      userType: 'external',
      cwd: realCwd,
      sessionId: cliSessionId,
      version: claudeVersion,
    }
    parentUuid = uuid
    return record
  })
  const folder = join(configDirectory, 'projects', projectFolder(realCwd))
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const path = join(folder, `${cliSessionId}.jsonl`)
  const text = records.map((record) => `${JSON.stringify(record)}\n`).join('')
  await writeFile(path, text, { mode: 0o600, flag: 'wx' })
  return path
}

function headOf(role: CanonicalMessage['role'], model: string | null) {
  if (role === 'user') return {}
  return {
    id: `msg_seed_${randomUUID().replaceAll('-', '')}`,
    type: 'message',
    model: model ?? UNKNOWN_MODEL,
    stop_reason: null,
    stop_sequence: null,
    usage: { input_tokens: 0, output_tokens: 0 },
  }
}

/** The folder of the CLI's transcripts for a working directory. */
export function projectFolder(realCwd: string): string {
  const slug = realCwd.replace(/[^a-zA-Z0-9]/g, '-')
  if (slug.length <= SLUG_CHARACTERS) return slug
  let hash = 0
  for (let index = 0; index < realCwd.length; index++)
    hash = (Math.imul(hash, 31) + realCwd.charCodeAt(index)) | 0
  return `${slug.slice(0, SLUG_CHARACTERS)}-${Math.abs(hash).toString(36)}`
}

/**
 * The prompt that tells a history before it asks. Each message stands on a line as JSON, so that nothing that was said
 * can be taken for the frame around it.
 */
export function concatPrompt(messages: readonly CanonicalMessage[], prompt: string): string {
  const seeds = seedable(messages)
  if (seeds.length === 0) return prompt
  const lines = seeds.map(({ role, content }) => {
    const [only] = content
    const said = content.length === 1 && only?.type === 'text' ? only.text : content.map(apiBlock)
    return JSON.stringify({ role, content: said })
  })
  return [
    'This conversation has taken place already, one message a line as JSON. Go on from its end.',
    '',
    ...lines,
    '',
    'The message to answer now:',
    '',
    prompt,
  ].join('\n')
}

/**
 * What of a history a model takes: every call stands with its result right behind it, thinking with its signature,
 * and a user begins. A dangling call at the end, or anywhere else, is left out.
 */
export function seedable(messages: readonly CanonicalMessage[]): CanonicalMessage[] {
  const seeds = messages.flatMap(({ role, content }, index) => {
    const answered = idsOf(messages[index + 1], 'tool_result')
    const called = idsOf(messages[index - 1], 'tool_use')
    const kept = content.filter((block) => {
      switch (block.type) {
        case 'text':
          return block.text.trim() !== ''
        case 'thinking':
          return block.signature !== undefined
        case 'tool_use':
          return role === 'assistant' && answered.has(block.id)
        case 'tool_result':
          return role === 'user' && called.has(block.tool_use_id)
        case 'other':
          return true
        default:
          return assertNever(block)
      }
    })
    // Thinking alone is no answer.
    const says = kept.some(({ type }) => type !== 'thinking')
    return says ? [{ role, content: kept }] : []
  })
  const first = seeds.findIndex(({ role }) => role === 'user')
  return first === -1 ? [] : seeds.slice(first)
}

function idsOf(message: CanonicalMessage | undefined, type: 'tool_use' | 'tool_result'): Set<string> {
  const ids = (message?.content ?? []).flatMap((block: CanonicalBlock) => {
    if (block.type !== type) return []
    return block.type === 'tool_use' ? [block.id] : block.type === 'tool_result' ? [block.tool_use_id] : []
  })
  return new Set(ids)
}
