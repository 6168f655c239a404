'use client'
import { useContext } from 'react'
import type { ToolBlock } from '../../lib/block-types.ts'
import { formatBytes } from '../../lib/format.ts'
import { describeCall } from '../../lib/tool-call.ts'
import { Time } from '../time.tsx'
import { CopyButton } from '../ui/copy-button.tsx'
import { stripAnsi } from './ansi.ts'
import { Decided } from './decided.tsx'
import { readEdits } from './edit-patch.ts'
import { SessionId } from './event.tsx'
import { isOpen } from './tool-state.ts'

const COPY_WORD: Record<string, string> = {
  Bash: 'Copy command',
  Read: 'Copy path',
  Write: 'Copy path',
  Edit: 'Copy path',
  MultiEdit: 'Copy path',
}
const ACTION = '-mx-1.5 h-6 px-1.5 font-normal text-faint'

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
  const session = useContext(SessionId)
  const output = tool.stopped ? '' : (tool.output ?? tool.tail)
  const seq = tool.seqs[0]
  // An edit that worked has its diff, and an answer that nobody reads.
  const quiet = readEdits(tool.name, tool.input) !== null && tool.state === 'succeeded'
  return (
    <footer className="flex min-h-8 flex-wrap items-center gap-x-4 gap-y-1 border-t border-line px-3 py-1 text-12 text-faint">
      {isOpen(tool) && tool.tail !== '' ? <span>Last 8 lines, live</span> : null}
      <CopyButton className={ACTION} text={() => describeCall(tool.name, tool.input).what}>
        {COPY_WORD[tool.name] ?? 'Copy call'}
      </CopyButton>
      {output && !quiet ? (
        <CopyButton className={ACTION} text={() => stripAnsi(output)}>
          Copy output
        </CopyButton>
      ) : null}
      {seq === undefined ? null : (
        <CopyButton className={ACTION} text={() => `${location.origin}/sessions/${session}#e-${seq}`}>
          Copy link
        </CopyButton>
      )}
      {onWrap && output ? (
        <button type="button" aria-pressed={wrap} onClick={onWrap} className="h-6 rounded-md hover:text-text">
          {wrap ? 'Don’t wrap' : 'Wrap lines'}
        </button>
      ) : null}
      {tool.output_bytes !== null ? (
        <a
          href={`/api/sessions/${encodeURIComponent(session)}/outputs/${encodeURIComponent(tool.id)}`}
          target="_blank"
          rel="noopener noreferrer"
          className="inline-flex h-6 items-center text-muted underline decoration-line underline-offset-4 hover:text-text"
        >
          Open full output ({formatBytes(tool.output_bytes)})
        </a>
      ) : tool.truncated ? (
        <span>Cut: the record holds a part only</span>
      ) : null}
      <span className="ml-auto flex min-w-0 items-baseline gap-3">
        {tool.approval ? <Decided approval={tool.approval} /> : null}
        <Time at={tool.at} form="clock" />
      </span>
    </footer>
  )
}
