// Makes the event of a tool's output: its text, exit code, and whether the record has all of it.
import type { BodyOf } from '../../lib/events.ts'
import { type ContentBlock, type Fields, numberOf, stringOf } from './messages.ts'

export type ToolResult = Extract<ContentBlock, { type: 'tool_result' }>
export type PersistedOutput = { tool_use_id: string; path: string; size: number }

/**
 * @param toolUseResult what the tool gave back beside the text for the model; undefined where the message has several
 * @param name the tool's name, undefined where its call was not seen
 * @param durationMs from call to output, undefined where the call was not seen
 */
export function toolOutput(
  result: ToolResult,
  toolUseResult: Fields | undefined,
  name: string | undefined,
  durationMs: number | undefined,
  parent: string | undefined,
): { event: BodyOf<'tool'>; persisted?: PersistedOutput } {
  const details = toolUseResult ?? {}
  const persisted = persistedOutput(result, details)
  const exit_code = exitCode(result, details, name)
  const event: BodyOf<'tool'> = {
    kind: 'tool',
    tool_use_id: result.tool_use_id,
    phase: 'output',
    ...(parent !== undefined && { parent_tool_use_id: parent }),
    // The model saw a preview of 2 KB in an envelope; the 30,000 characters beside it tell more.
    output: (persisted && stringOf(details, 'stdout')) ?? result.content,
    is_error: result.is_error,
    ...(durationMs !== undefined && { duration_ms: durationMs }),
    ...(persisted && { truncated: true, output_bytes: persisted.size }),
    ...(exit_code !== undefined && { exit_code }),
  }
  return persisted ? { event, persisted } : { event }
}

function persistedOutput({ tool_use_id }: ToolResult, details: Fields): PersistedOutput | undefined {
  const path = stringOf(details, 'persistedOutputPath')
  const size = numberOf(details, 'persistedOutputSize')
  return path !== undefined && size !== undefined ? { tool_use_id, path, size } : undefined
}

function exitCode(
  { content, is_error }: ToolResult,
  details: Fields,
  name: string | undefined,
): number | undefined {
  if (is_error) {
    const digits = /^Exit code (\d{1,3})\b/.exec(content)?.[1]
    return digits === undefined ? undefined : Number(digits)
  }
  if (name !== 'Bash' || stringOf(details, 'stdout') === undefined) return undefined
  // A code other than 0 that the CLI doesn't take for an error (grep's 1) is described, not given.
  const isUnknown =
    details.interrupted === true ||
    stringOf(details, 'returnCodeInterpretation') !== undefined ||
    stringOf(details, 'backgroundTaskId') !== undefined
  return isUnknown ? undefined : 0
}
