import type { TextBlock } from '../../lib/block-types.ts'
import { makeVisible, oneLine } from '../../lib/format.ts'
import { EventPlace } from './event.tsx'
import { Markdown } from './markdown.tsx'

export function TextView({ text }: { text: TextBlock }) {
  if (text.thinking) return <Thinking text={text} />
  return (
    <EventPlace seqs={text.seqs}>
      <div className="max-w-[88ch] text-15">
        <Markdown text={text.text} partial={text.partial} />
      </div>
      {text.unfinished ? (
        <p className="pt-1 text-12 text-faint">Cut off here; the record does not hold this part.</p>
      ) : null}
    </EventPlace>
  )
}

/** Thinking folds to one line: its latest while it is written, its first afterwards. */
function Thinking({ text }: { text: TextBlock }) {
  const lines = text.text.trim().split('\n').filter(Boolean)
  const line = (text.partial ? lines.at(-1) : lines[0]) ?? ''
  return (
    <EventPlace seqs={text.seqs}>
      <details className="group/think text-13 text-faint">
        <summary data-fold="" className="flex min-h-6 items-center gap-2 rounded-md hover:text-text">
          <span className="shrink-0 font-medium">{text.partial ? 'Thinking' : 'Thought'}</span>
          <span className="min-w-0 truncate group-open/think:invisible">{oneLine(line, 160)}</span>
        </summary>
        <p className="max-w-[88ch] border-l-2 border-line py-1 pl-3 whitespace-pre-wrap wrap-anywhere text-muted">
          {makeVisible(text.text)}
        </p>
      </details>
    </EventPlace>
  )
}
