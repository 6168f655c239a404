import { memo } from 'react'
import { assertNever } from '../../lib/assert-never.ts'
import type { ApprovalBlock, Block, ErrorBlock, NoteBlock, RawBlock } from '../../lib/block-types.ts'
import { formatPlural, makeVisible, oneLine } from '../../lib/format.ts'
import { describeCall } from '../../lib/tool-call.ts'
import { Time } from '../time.tsx'
import { SeverityIcon, SeverityWord } from '../ui/severity.tsx'
import { ControlLine } from './control-line.tsx'
import { describeApproval } from './decided.tsx'
import { EventPlace } from './event.tsx'
import { Markdown } from './markdown.tsx'
import { TextView } from './text-view.tsx'
import { ToolCard } from './tool-card.tsx'
import { VerbCard } from './verb-card.tsx'

/** A block in the form of its kind: the same on the live page and when a closed session is read. */
export const BlockView = memo(function BlockView({ block }: { block: Block }) {
  switch (block.type) {
    case 'text':
      return <TextView text={block} />
    case 'tool':
      return (
        <ToolCard tool={block}>
          {block.children.map((child) => (
            <BlockView key={child.key} block={child} />
          ))}
        </ToolCard>
      )
    case 'approval':
      return <ApprovalLine approval={block} />
    case 'note':
      return <Note note={block} />
    case 'control':
      return <ControlLine control={block} />
    case 'error':
      return <ErrorView error={block} />
    case 'verb':
      return <VerbCard verb={block} />
    case 'raw':
      return <Raw raw={block} />
    default:
      return assertNever(block)
  }
})

function ApprovalLine({ approval: { seqs, approval } }: { approval: ApprovalBlock }) {
  const { label, what } = describeCall(approval.tool_name ?? '', approval.input ?? {})
  return (
    <EventPlace seqs={seqs}>
      <p className="flex items-center gap-2.5 text-13 text-muted">
        <SeverityIcon severity={approval.state === 'pending' ? 'warn' : 'quiet'} />
        {describeApproval(approval)}
        <code className="min-w-0 truncate">{oneLine(`${label} ${what}`, 160)}</code>
      </p>
    </EventPlace>
  )
}

function Note({ note }: { note: NoteBlock }) {
  return (
    <EventPlace seqs={note.seqs}>
      <div className="rounded-lg border border-dashed border-line px-3 py-2">
        <p className="flex items-center gap-2.5 pb-1 text-12 text-faint">
          <b className="font-medium text-text">{makeVisible(note.operator)}</b> noted
          <Time at={note.at} form="clock" />
        </p>
        <Markdown text={note.text} />
      </div>
    </EventPlace>
  )
}

function ErrorView({ error }: { error: ErrorBlock }) {
  return (
    <EventPlace seqs={error.seqs}>
      <div className="rounded-lg border border-error/50 bg-surface px-3 py-2.5">
        <SeverityWord severity={error.fatal ? 'critical' : 'error'}>
          {error.fatal ? 'The turn could not start' : 'Error'}
        </SeverityWord>
        <p className="pt-1 whitespace-pre-wrap wrap-anywhere">{makeVisible(error.error)}</p>
        <p className="pt-1 text-12 text-faint">
          <code className="text-12">{makeVisible(error.code)}</code>
          {error.fatal ? ' · The record and what was found so far are kept; send again to retry.' : ''}
        </p>
      </div>
    </EventPlace>
  )
}

const RAW_CHARACTERS = 20_000

function Raw({ raw }: { raw: RawBlock }) {
  const cut = Math.max(0, raw.json.length - RAW_CHARACTERS)
  return (
    <EventPlace seqs={raw.seqs}>
      <details className="rounded-lg border border-line">
        <summary
          data-fold=""
          className="flex min-h-8 items-center gap-2.5 px-3 text-12 text-faint hover:text-text"
        >
          <SeverityIcon severity="quiet" />
          <span className="min-w-0 truncate">{raw.label}</span>
          <span className="ml-auto">shown as it came</span>
        </summary>
        <pre className="border-t border-line px-3 py-2 whitespace-pre-wrap wrap-anywhere text-muted">
          {makeVisible(raw.json.slice(0, RAW_CHARACTERS))}
          {cut > 0 ? `\n… ${formatPlural(cut, 'character')} more` : ''}
          {raw.truncated ? '\n… cut: the rest is in the spool on the host' : ''}
        </pre>
      </details>
    </EventPlace>
  )
}
