'use client'
import type { ToolBlock } from '../../lib/block-types.ts'
import { describeCall } from '../../lib/tool-call.ts'
import { Time } from '../time.tsx'
import { Decided } from './decided.tsx'
import { readEdits } from './edit-patch.ts'
import { CardFoot, CopyActions, FullOutput, WrapToggle } from './foot-actions.tsx'
import { isOpen } from './tool-state.ts'

const COPY_WORD: Record<string, string> = {
  Bash: 'Copy command',
  Read: 'Copy path',
  Write: 'Copy path',
  Edit: 'Copy path',
  MultiEdit: 'Copy path',
}

/** What can be done with a call, who let it run, and when it was made. */
export function ToolFoot({
  tool,
  wrap,
  onWrap,
}: {
  tool: ToolBlock
  wrap: boolean
  onWrap: (() => void) | null
}) {
  const output = tool.stopped ? '' : (tool.output ?? tool.tail)
  // An edit that worked has its diff, and an answer that nobody reads.
  const quiet = readEdits(tool.name, tool.input) !== null && tool.state === 'succeeded'
  return (
    <CardFoot>
      {isOpen(tool) && tool.tail !== '' ? <span>Last 8 lines, live</span> : null}
      <CopyActions
        word={COPY_WORD[tool.name] ?? 'Copy call'}
        text={() => describeCall(tool.name, tool.input).what}
        output={quiet ? '' : output}
        seq={tool.seqs[0]}
      />
      {onWrap && output ? <WrapToggle wrap={wrap} onWrap={onWrap} /> : null}
      {tool.output_bytes !== null ? (
        <FullOutput id={tool.id} bytes={tool.output_bytes} />
      ) : tool.truncated ? (
        <span>Cut: the record holds a part only</span>
      ) : null}
      <span className="ml-auto flex min-w-0 items-baseline gap-3">
        {tool.approval ? <Decided approval={tool.approval} /> : null}
        <Time at={tool.at} form="clock" />
      </span>
    </CardFoot>
  )
}
