import type { Block, Item, ToolBlock, VerbBlock } from '../../lib/block-types.ts'
import { isVerbOpen } from '../../lib/block-verbs.ts'
import { describeOutcome } from '../transcript/result-line.tsx'
import { describeToolState, isOpen } from '../transcript/tool-state.ts'
import { describeVerbState } from '../transcript/verb-state.ts'
import type { Severity } from '../ui/severity.tsx'

/** A bar on a lane: from and to in epoch milliseconds; `to` is null while it goes on. */
export type Span = { key: string; seq: number; from: number; to: number | null; severity: Severity }
export type Lanes = { turns: Span[]; tools: Span[]; verbs: Span[]; approvals: Span[]; from: number }

/** Reads the lanes off a record. */
export function readLanes(items: readonly Item[]): Lanes {
  const lanes: Lanes = { turns: [], tools: [], verbs: [], approvals: [], from: 0 }
  const times: number[] = []
  const readTool = (tool: ToolBlock) => {
    const from = Date.parse(tool.since)
    const severity = describeToolState(tool).severity
    const to = isOpen(tool) ? null : from + (tool.duration_ms ?? 0)
    const seq = tool.seqs[0] ?? 0
    lanes.tools.push({ key: tool.key, seq, from, to, severity })
    // Only what an operator was asked is worth a place here.
    if (
      tool.approval &&
      (tool.approval.operator !== null ||
        tool.approval.state === 'pending' ||
        tool.approval.state === 'expired')
    ) {
      const waiting = tool.approval.state === 'pending'
      lanes.approvals.push({
        key: tool.key,
        seq,
        from: Date.parse(tool.at),
        to: waiting ? null : Date.parse(tool.approval.at),
        severity: 'warn',
      })
    }
    for (const child of tool.children) readBlock(child)
  }
  const readBlock = (block: Block) => {
    if (block.type === 'tool') readTool(block)
    else if (block.type === 'verb') lanes.verbs.push(spanOf(block))
  }
  for (const item of items) {
    times.push(Date.parse(item.at))
    if (item.type !== 'turn') {
      readBlock(item)
      continue
    }
    const from = Date.parse(item.prompt_at)
    const ended = item.result?.at ?? item.blocks.at(-1)?.at ?? item.prompt_at
    lanes.turns.push({
      key: item.key,
      seq: item.seqs[0] ?? 0,
      from,
      to: item.state === 'running' ? null : Date.parse(ended),
      severity: item.result
        ? describeOutcome(item.result.outcome).severity
        : item.state === 'running'
          ? 'running'
          : 'error',
    })
    for (const block of item.blocks) readBlock(block)
  }
  const begun = [...lanes.turns, ...lanes.verbs].map((span) => span.from)
  lanes.from = Math.min(...begun, times[0] ?? Number.POSITIVE_INFINITY)
  return lanes
}

/** From when it was asked for, with what it looked at and its wait to be confirmed. */
function spanOf(verb: VerbBlock): Span {
  const from = Date.parse(verb.at)
  const ran = verb.result?.duration_ms ?? 0
  const to = isVerbOpen(verb) ? null : Date.parse(verb.since) + ran
  return { key: verb.key, seq: verb.seqs[0] ?? 0, from, to, severity: describeVerbState(verb).severity }
}
