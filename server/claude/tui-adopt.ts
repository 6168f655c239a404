// Takes up the turn of a TUI that died with its console: sweeps what it left and completes its spool from the transcript.
import { appendFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ProcessRow } from '../../db/processes.ts'
import type { Launch } from './launch.ts'
import { asFields, type Fields, fieldsOf, stringOf } from './messages.ts'
import type { ClaudeProcess } from './process.ts'
import { endProcessTree } from './process-tree.ts'
import { findTranscript } from './transcript.ts'
import { type FollowedRecord, followTranscript } from './transcript-follow.ts'
import { lineOf, meaningOf } from './transcript-lines.ts'
import { initLine } from './tui-lines.ts'
import { noteRecord, resultLine, startTuiTurn } from './tui-turn.ts'

/** How long tools may take to end that the TUI has left running. */
const GRACE_MS = 1_000

/**
 * @param launch tells where the transcript stands
 * @param startedAtMs of the turn that was running, in wall milliseconds
 * @returns a process that has ended, whose spool has an end of the turn
 * @throws Error when the spool can't be written
 */
export async function adoptDeadTui(
  row: ProcessRow,
  launch: Launch,
  startedAtMs: number,
): Promise<ClaudeProcess> {
  const { pid, start_time, boot_id } = row
  const isKnown = pid !== null && start_time !== null && boot_id !== null
  const identity = isKnown ? { pid, startTime: start_time, bootId: boot_id } : null
  await endProcessTree(identity, row.id, { graceMs: GRACE_MS })
  const spoolPath = join(row.directory, 'stdout')
  const path = await findTranscript(launch.configDirectory, launch.workspace, launch.cliSessionId)
  const lines = readLines(spoolPath)
  for (const line of missingLines(lines, path, launch, startedAtMs))
    appendFileSync(spoolPath, `${JSON.stringify(line)}\n`)
  const exit = { code: null, signal: null }
  return {
    ...{ id: row.id, identity, directory: row.directory, spoolPath, exit },
    exited: Promise.resolve(exit),
    send: () => Promise.reject(new Error('The CLI has ended and takes no more input')),
    stderrTail: () => '',
    end: () => Promise.resolve([]),
  }
}

/** What the transcript has of the running turn and the spool has not, and the turn's end. */
function missingLines(lines: Fields[], path: string | null, launch: Launch, startedAtMs: number): Fields[] {
  const lastEnd = lines.findLastIndex((line) => line.type === 'result')
  const ofTurn = lines.slice(lastEnd + 1)
  const isRecorded = lastEnd !== -1 && ofTurn.length === 0
  if (isRecorded) return []
  const missing: Fields[] = []
  if (!ofTurn.some((line) => line.type === 'system' && line.subtype === 'init'))
    missing.push(firstLine(launch))

  const turn = startTuiTurn(true, startedAtMs)
  const known = knownIn(ofTurn)
  const follower =
    path === null ? null : followTranscript({ path, from: 0, sinceMs: startedAtMs, onGrowth() {} })
  for (const followed of follower?.read() ?? []) {
    if (followed.agentId === null) noteRecord(turn, meaningOf(followed.record), Date.now())
    const parent = followed.agentId === null ? null : (follower?.parentOf(followed.agentId) ?? null)
    const line = isKnown(followed, known) ? null : lineOf(followed.record, parent)
    if (line && (followed.agentId === null || parent !== null)) missing.push(line)
  }
  follower?.close()
  const end = turn.durationSeen
    ? resultLine(turn, Date.now(), false, null)
    : interruptedLine(turn.toolResults)
  return [...missing, end]
}

function firstLine({ cliSessionId, workspace, access }: Launch): Fields {
  const model = access.model ?? ''
  return initLine({ session_id: cliSessionId, cwd: workspace, model, tools: [], claude_code_version: '' })
}

function interruptedLine(toolResults: number): Fields {
  return {
    ...{ type: 'result', subtype: 'error_during_execution', is_error: true },
    terminal_reason: 'aborted_console',
    result:
      'The console stopped while the turn ran, and the TUI with it. The next prompt goes on from the transcript',
    duration_ms: 0,
    num_turns: 1 + toolResults,
  }
}

/** Records by their uuid; blocks that were told off the wire, which have none, by what they say. */
function knownIn(lines: readonly Fields[]): ReadonlySet<string> {
  return new Set(
    lines.flatMap((line) => {
      const uuid = stringOf(line, 'uuid')
      return uuid === undefined ? contentKeys(fieldsOf(line, 'message')) : [uuid]
    }),
  )
}

function isKnown({ record }: FollowedRecord, known: ReadonlySet<string>): boolean {
  if (known.has(stringOf(record, 'uuid') ?? '')) return true
  const keys = stringOf(record, 'type') === 'assistant' ? contentKeys(fieldsOf(record, 'message')) : []
  return keys.length > 0 && keys.every((key) => known.has(key))
}

function contentKeys(message: Fields | undefined): string[] {
  if (!Array.isArray(message?.content)) return []
  return message.content.map((value) => {
    const block = asFields(value) ?? {}
    const what = stringOf(block, 'id') ?? stringOf(block, 'text') ?? stringOf(block, 'thinking') ?? ''
    return JSON.stringify([stringOf(message, 'id'), stringOf(block, 'type'), what])
  })
}

function readLines(path: string): Fields[] {
  try {
    return readFileSync(path, 'utf8')
      .split('\n')
      .map((line) => asFields(parse(line)))
      .filter((fields) => fields !== undefined)
  } catch {
    return []
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
