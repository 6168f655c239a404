// Finds and reads the CLI's own JSONL file of a session, which decides how the session goes on.
import { createReadStream } from 'node:fs'
import { readdir, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { createLineSplitter } from '../../lib/line-splitter.ts'
import { asFields, type Fields, fieldsOf, listOf, stringOf } from './messages.ts'

/** Longer names are cut by the CLI, and a hash that is its own secret is put behind them. */
const SLUG_CHARACTERS = 200

/**
 * The transcript of a session, wherever the CLI has put it; null where there is none.
 * @param configDirectory what the CLI gets as CLAUDE_CONFIG_DIR
 * @param realCwd the CLI's working directory with all symlinks resolved
 */
export async function findTranscript(
  configDirectory: string,
  realCwd: string,
  sessionId: string,
): Promise<string | null> {
  const projects = join(configDirectory, 'projects')
  const slug = slugOf(realCwd)
  const folders = slug.length <= SLUG_CHARACTERS ? [slug] : await foldersThatStartWith(projects, slug)
  for (const folder of folders) {
    const path = join(projects, folder, `${sessionId}.jsonl`)
    if (await stat(path).catch(() => null)) return path
  }
  return null
}

function slugOf(realCwd: string): string {
  return realCwd.replace(/[^a-zA-Z0-9]/g, '-')
}

/** Where the CLI puts outputs that are too long for the model, which may read them there; not so for a long path. */
export function toolResultsFolder(configDirectory: string, realCwd: string, sessionId: string): string {
  return join(configDirectory, 'projects', slugOf(realCwd), sessionId, 'tool-results')
}

async function foldersThatStartWith(projects: string, slug: string): Promise<string[]> {
  const folders = await readdir(projects).catch(() => [])
  return folders.filter((folder) => folder.startsWith(`${slug.slice(0, SLUG_CHARACTERS)}-`))
}

/**
 * How a session goes on: `missing`: with `--session-id`; `resumable`: with `--resume`.
 * `blocked`: the file is there but holds no message, as after a kill right after the prompt: the CLI then refuses `--resume`
 * ("No conversation found") and `--session-id` ("already in use") alike (measured, 2.1.197). Set it aside, then it is missing.
 */
export type TranscriptState = 'missing' | 'resumable' | 'blocked'

/** Contract: never rejects; a file that can't be read counts as blocked. */
export async function transcriptState(
  configDirectory: string,
  realCwd: string,
  sessionId: string,
): Promise<TranscriptState> {
  const path = await findTranscript(configDirectory, realCwd, sessionId)
  if (path === null) return 'missing'
  return (await someRecord(path, isMessage)) ? 'resumable' : 'blocked'
}

/** Renames a blocked transcript, so that its session id can be used again; nothing of it is lost. */
export async function setTranscriptAside(path: string, atMs: number): Promise<void> {
  await rename(path, `${path}.set-aside-${atMs}`)
}

/**
 * Whether a prompt has reached the CLI. The `uuid` sent with `{"type":"user","uuid":U,"message":…}` stands in the transcript,
 * written before the model is asked; a second message of the same uuid is dropped without a word or a result, whether it comes
 * at once, after the turn, or after `--resume` (measured, 2.1.197). So a prompt may be sent again, but nothing will come of it
 * where this says true.
 *
 * Contract: never rejects; a transcript that is missing or can't be read has no prompt.
 */
export async function hasPrompt(path: string, prompt: { uuid: string } | { text: string }): Promise<boolean> {
  return someRecord(path, (record) => {
    if (stringOf(record, 'type') !== 'user' || record.isSidechain === true) return false
    return 'uuid' in prompt ? stringOf(record, 'uuid') === prompt.uuid : messageText(record) === prompt.text
  })
}

function isMessage(record: Fields): boolean {
  const type = stringOf(record, 'type')
  return (type === 'user' || type === 'assistant') && stringOf(record, 'uuid') !== undefined
}

function messageText(record: Fields): string | undefined {
  const message = fieldsOf(record, 'message') ?? {}
  const content = stringOf(message, 'content')
  if (content !== undefined) return content
  const texts = listOf(message, 'content').map((block) => stringOf(asFields(block) ?? {}, 'text'))
  return texts.find((text) => text !== undefined)
}

/** Reads until `matches` says true. Lines that are half-written, or no JSON, are passed over. */
async function someRecord(path: string, matches: (record: Fields) => boolean): Promise<boolean> {
  let found = false
  const lines = createLineSplitter({
    onLine({ data }) {
      const record = found ? undefined : parseRecord(data)
      if (record && matches(record)) found = true
    },
  })
  try {
    for await (const chunk of createReadStream(path)) {
      if (chunk instanceof Uint8Array) lines.feed(chunk)
      if (found) return true
    }
    lines.end()
  } catch {
    // Missing or unreadable: what was read until then counts.
  }
  return found
}

function parseRecord(data: Uint8Array): Fields | undefined {
  try {
    return asFields(JSON.parse(new TextDecoder().decode(data)))
  } catch {
    return undefined
  }
}
