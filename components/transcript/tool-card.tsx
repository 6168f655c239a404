'use client'
import { ChevronRight } from 'lucide-react'
import { memo, type ReactNode, useContext, useState } from 'react'
import type { ToolBlock } from '../../lib/block-types.ts'
import { formatDuration, formatPlural, makeVisible, oneLine } from '../../lib/format.ts'
import { describeCall } from '../../lib/tool-call.ts'
import { cn } from '../ui/cn.ts'
import { SeverityWord } from '../ui/severity.tsx'
import { Elapsed } from './clock.tsx'
import { usePatch } from './diff.tsx'
import { EventPlace, WorkspacePath } from './event.tsx'
import { ToolBody } from './tool-body.tsx'
import { ToolFoot } from './tool-foot.tsx'
import { describeToolState, isOpen } from './tool-state.ts'

/** A small edit stays open: what it changed is what the reader looks for. */
const OPEN_DIFF_LINES = 24

/** One tool call: what it is, how it stands, and, opened, what it said. */
export const ToolCard = memo(function ToolCard({ tool }: { tool: ToolBlock }) {
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
  const facts = patch
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
        <button
          type="button"
          data-fold=""
          aria-expanded={open}
          onClick={() => setChosen(!open)}
          className="group/fold flex min-h-9 w-full min-w-0 items-center gap-2.5 px-3 py-1.5 text-left -outline-offset-2 transition-colors hover:bg-raised narrow:flex-wrap narrow:gap-y-0.5 narrow:py-2"
        >
          <SeverityWord severity={state.severity}>
            {state.word}
            {tool.state === 'running' ? <Elapsed since={tool.since} className="tabular" /> : null}
          </SeverityWord>
          {label ? (
            <span className="shrink-0 text-13 font-medium">{makeVisible(oneLine(label, 40))}</span>
          ) : null}
          <code
            className="min-w-0 flex-1 truncate narrow:order-last narrow:basis-full"
            title={inside ? oneLine(whole, 300) : undefined}
          >
            {oneLine(what, 300)}
          </code>
          <span className="ml-auto flex items-center gap-2.5">
            {tool.approval?.override ? <Mark tone="critical">decided alone</Mark> : null}
            {tool.state === 'denied' ? null : tool.approval?.axis === 'irreversible' ? (
              <Mark tone="critical">irreversible</Mark>
            ) : tool.changes ? (
              <Mark tone="warn">
                changes<span className="narrow:sr-only"> state</span>
              </Mark>
            ) : null}
            {facts ? <span className="tabular text-12 whitespace-nowrap text-faint">{facts}</span> : null}
            {tool.duration_ms !== null ? (
              <span className="tabular text-12 whitespace-nowrap text-faint">
                {formatDuration(tool.duration_ms)}
              </span>
            ) : null}
            <ChevronRight
              size={14}
              aria-hidden="true"
              className={cn('shrink-0 text-faint transition-transform', open && 'rotate-90')}
            />
          </span>
        </button>
        {open ? (
          <>
            <ToolBody tool={tool} said={what} patch={patch} wrap={wrap} />
            <ToolFoot tool={tool} wrap={wrap} onWrap={patch || isOpen(tool) ? null : () => setWrap(!wrap)} />
          </>
        ) : null}
      </article>
    </EventPlace>
  )
})

const TONE = { warn: 'border-warn/50 text-warn', critical: 'border-critical/60 text-critical' } as const

function Mark({ tone, children }: { tone: keyof typeof TONE; children: ReactNode }) {
  return (
    <span className={cn('rounded-sm border px-1.5 text-12 whitespace-nowrap', TONE[tone])}>{children}</span>
  )
}

function countCalls(tool: ToolBlock): number {
  return tool.children.reduce((sum, child) => sum + (child.type === 'tool' ? 1 + countCalls(child) : 0), 0)
}
