'use client'
import { memo, useState } from 'react'
import { makeVisible } from '../../lib/format.ts'
import { cn } from '../ui/cn.ts'
import { type AnsiColor, parseAnsi } from './ansi.ts'

/** How many lines of an output are drawn before somebody asks for all. */
const OUTPUT_LINES = 40
export const TAIL_LINES = 8
/** Beyond this, even "all" is the file's business, not the page's. */
const OUTPUT_MAX_LINES = 5000

const COLOR: Record<AnsiColor, string> = {
  faint: 'text-faint',
  error: 'text-error',
  ok: 'text-ok',
  warn: 'text-warn',
  accent: 'text-accent',
  running: 'text-running',
  text: 'text-text',
}
const BACKGROUND: Record<AnsiColor, string> = {
  faint: 'bg-raised',
  error: 'bg-error/15',
  ok: 'bg-ok/15',
  warn: 'bg-warn/15',
  accent: 'bg-accent/15',
  running: 'bg-running/15',
  text: 'bg-raised',
}

/** Terminal output in its colours. `keep` says which end stays when it is long. */
export const Output = memo(function Output({
  text,
  wrap,
  keep,
  lines = OUTPUT_LINES,
  className,
}: {
  text: string
  wrap: boolean
  keep: 'start' | 'end'
  lines?: number
  className?: string
}) {
  const [all, setAll] = useState(false)
  const every = text.replace(/\n+$/, '').split('\n')
  const limit = all ? OUTPUT_MAX_LINES : lines
  const hidden = Math.max(0, every.length - limit)
  const shown = hidden === 0 ? every : keep === 'end' ? every.slice(hidden) : every.slice(0, limit)
  const more =
    hidden > 0 && lines !== TAIL_LINES ? (
      <button
        type="button"
        onClick={() => setAll(true)}
        disabled={all}
        className="block w-full border-line bg-surface px-3 py-1.5 text-left font-sans text-12 text-muted not-last:border-b last:border-t hover:not-disabled:text-text"
      >
        {all
          ? `${hidden} more lines: open the full output`
          : `${keep === 'end' ? 'Show the' : 'Show'} ${hidden} ${keep === 'end' ? 'lines before' : 'more lines'}`}
      </button>
    ) : null
  return (
    <div className={className}>
      {keep === 'end' ? more : null}
      <pre
        {...(wrap ? {} : REACHABLE)}
        className={cn(
          'px-3 py-2.5',
          wrap ? 'whitespace-pre-wrap wrap-anywhere' : 'overflow-x-auto whitespace-pre',
        )}
      >
        <Ansi text={shown.join('\n')} />
      </pre>
      {keep === 'start' ? more : null}
    </div>
  )
})

/** What scrolls sideways has to be reachable without a mouse. */
const REACHABLE = { tabIndex: 0 } as const

function Ansi({ text }: { text: string }) {
  const spans = parseAnsi(text).map((span, place) => ({ ...span, place }))
  return spans.map((span) => {
    const visible = makeVisible(span.text)
    if (!span.color && !span.background && !span.bold && !span.dim && !span.underline) return visible
    return (
      <span
        key={span.place}
        className={cn(
          span.color && COLOR[span.color],
          span.dim && !span.color && 'text-muted',
          span.background && BACKGROUND[span.background],
          span.bold && 'font-semibold',
          span.underline && 'underline',
        )}
      >
        {visible}
      </span>
    )
  })
}
