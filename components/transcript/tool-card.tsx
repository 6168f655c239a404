'use client'
import { type ReactNode, useContext, useState } from 'react'
import type { ToolBlock } from '../../lib/block-types.ts'
import { formatDuration, formatPlural, oneLine } from '../../lib/format.ts'
import { describeCall } from '../../lib/tool-call.ts'
import { AxisMark, Mark } from '../ui/axis-mark.tsx'
import { CardHead } from './card-head.tsx'
import { usePatch } from './diff.tsx'
import { EventPlace, WorkspacePath } from './event.tsx'
import { ToolBody } from './tool-body.tsx'
import { ToolFoot } from './tool-foot.tsx'
import { describeToolState, isOpen } from './tool-state.ts'

/** A small edit stays open: what it changed is what the reader looks for. */
const OPEN_DIFF_LINES = 24

/** One tool call: what it is, how it stands, and, opened, what it said. Its children are what a subagent did. */
export function ToolCard({ tool, children }: { tool: ToolBlock; children: ReactNode }) {
  const [chosen, setChosen] = useState<boolean | null>(null)
  const [wrap, setWrap] = useState(true)
  const patch = usePatch(tool.name, tool.input)
  const state = describeToolState(tool)
  const workspace = useContext(WorkspacePath)
  const { label, what: whole } = describeCall(tool.name, tool.input)
  const inside = label !== '' && workspace !== '' && whole.startsWith(`${workspace}/`)
  const what = inside ? whole.slice(workspace.length + 1) : whole
  // While it waits, what it would change stands in full above the composer.
  const small = tool.state !== 'waiting' && patch !== null && patch.lines.length <= OPEN_DIFF_LINES
  const open = chosen ?? (state.open || small)
  const amount = patch
    ? `+${patch.added} −${patch.removed}`
    : tool.children.length > 0
      ? formatPlural(countCalls(tool), 'call')
      : tool.state === 'running' && tool.tail_lines > 0
        ? formatPlural(tool.tail_lines, 'line')
        : null
  return (
    <EventPlace seqs={tool.seqs} change={tool.changes}>
      <article
        aria-label={oneLine(`${label || tool.name} ${what}`, 80)}
        className="overflow-hidden rounded-lg border border-line bg-surface"
      >
        <CardHead
          state={state}
          since={tool.state === 'running' ? tool.since : null}
          name={label}
          line={what}
          title={inside ? oneLine(whole, 300) : undefined}
          figures={[amount, tool.duration_ms === null ? null : formatDuration(tool.duration_ms)]}
          open={open}
          onFold={() => setChosen(!open)}
        >
          {tool.approval?.override ? <Mark tone="critical">decided alone</Mark> : null}
          <ChangeMark tool={tool} />
        </CardHead>
        {open ? (
          <>
            <ToolBody tool={tool} said={what} patch={patch} wrap={wrap}>
              {children}
            </ToolBody>
            <ToolFoot tool={tool} wrap={wrap} onWrap={patch || isOpen(tool) ? null : () => setWrap(!wrap)} />
          </>
        ) : null}
      </article>
    </EventPlace>
  )
}

/** A call that was refused has changed nothing. */
function ChangeMark({ tool }: { tool: ToolBlock }) {
  if (tool.state === 'denied') return null
  if (tool.approval?.axis === 'irreversible') return <AxisMark axis="irreversible" />
  return tool.changes ? <AxisMark axis="changes_state" /> : null
}

function countCalls(tool: ToolBlock): number {
  return tool.children.reduce((sum, child) => sum + (child.type === 'tool' ? 1 + countCalls(child) : 0), 0)
}
