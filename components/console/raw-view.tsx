'use client'
import { useDeferredValue, useState } from 'react'
import type { RecordedEvent } from '../../lib/events.ts'
import { formatPlural, makeVisible } from '../../lib/format.ts'
import { CopyButton } from '../ui/copy-button.tsx'

const LINES = 200
const LINE_CHARACTERS = 2000

/** The record as it is stored, a JSON line an event, the newest last. */
export function RawView({ head, events }: { head: number; events: () => readonly RecordedEvent[] }) {
  const [from, setFrom] = useState<number | null>(null)
  // New events may wait while somebody types or scrolls.
  const seen = useDeferredValue(head)
  const all = events()
  const start = Math.max(0, from ?? all.length - LINES)
  const shown = all.slice(start).filter((event) => event.seq <= seen)
  return (
    <div className="flex flex-col">
      <p className="sticky top-0 flex items-center gap-3 border-b border-line bg-bg px-4 py-1 text-12 text-faint">
        {formatPlural(all.length, 'event')}
        <CopyButton
          className="-mr-2 ml-auto font-normal"
          text={() =>
            events()
              .map((event) => JSON.stringify(event))
              .join('\n')
          }
        >
          Copy all
        </CopyButton>
      </p>
      {start > 0 ? (
        <button
          type="button"
          onClick={() => setFrom(Math.max(0, start - LINES))}
          className="border-b border-line px-4 py-2 text-left text-12 text-muted hover:text-text"
        >
          Show {Math.min(LINES, start)} earlier
        </button>
      ) : null}
      <ol>
        {shown.map((event) => (
          <li
            key={event.seq}
            className="border-b border-line px-4 py-1.5 [contain-intrinsic-size:auto_48px] [content-visibility:auto]"
          >
            <a href={`#e-${event.seq}`} className="tabular mr-2 text-12 text-faint hover:text-text">
              {event.seq}
            </a>
            <code className="text-12 wrap-anywhere text-muted">{line(event)}</code>
          </li>
        ))}
      </ol>
    </div>
  )
}

function line(event: RecordedEvent): string {
  const { seq: _seq, ...rest } = event
  const json = JSON.stringify(rest)
  return makeVisible(json.length > LINE_CHARACTERS ? `${json.slice(0, LINE_CHARACTERS)}…` : json)
}
