'use client'
import { useMemo } from 'react'
import type { Item, Turn, VerbBlock } from '../../lib/block-types.ts'
import { isVerbOpen } from '../../lib/block-verbs.ts'
import { formatDuration, formatPlural, formatTime, oneLine } from '../../lib/format.ts'
import { usePreference } from '../preferences.ts'
import { Elapsed, useServerNow } from '../transcript/clock.tsx'
import { describeOutcome } from '../transcript/result-line.tsx'
import { describeVerbState } from '../transcript/verb-state.ts'
import { cn } from '../ui/cn.ts'
import { type Severity, SeverityIcon } from '../ui/severity.tsx'
import { readLanes, type Span } from './timeline-spans.ts'

const FILL: Record<Severity, string> = {
  ok: 'bg-ok',
  info: 'bg-accent',
  running: 'bg-running',
  warn: 'bg-warn',
  error: 'bg-error',
  critical: 'bg-critical',
  quiet: 'bg-edge',
}

/** Of a span below this the minutes alone would say nothing. */
const SECONDS_BELOW_MS = 10 * 60_000

/** When what ran: lanes over the whole session, below them its turns and verbs as a list of places to go to. */
export function Timeline({ items, running }: { items: readonly Item[]; running: boolean }) {
  const lanes = useMemo(() => readLanes(items), [items])
  const rows = items.filter((item) => item.type === 'turn' || item.type === 'verb')
  if (rows.length === 0)
    return (
      <p className="p-4 text-13 text-faint">
        Nothing has run yet. Turns, calls and verbs appear here by their time.
      </p>
    )
  const verbRuns = rows.some((row) => row.type === 'verb' && isVerbOpen(row))
  return (
    <div className="flex flex-col gap-5 p-4">
      <Lanes lanes={lanes} running={running || verbRuns} />
      <ol className="-mx-2 flex flex-col">
        {rows.map((row) =>
          row.type === 'turn' ? <TurnRow key={row.key} turn={row} /> : <VerbRow key={row.key} verb={row} />,
        )}
      </ol>
    </div>
  )
}

function Lanes({ lanes, running }: { lanes: ReturnType<typeof readLanes>; running: boolean }) {
  const now = useServerNow()
  const utc = usePreference('clock') === 'utc'
  const spans = [...lanes.turns, ...lanes.tools, ...lanes.verbs, ...lanes.approvals]
  const names = (['turns', 'tools', 'verbs', 'approvals'] as const).filter(
    (name) => name !== 'verbs' || lanes.verbs.length > 0,
  )
  const last = Math.max(...spans.map((span) => span.to ?? span.from))
  const end = Math.max(running ? (now ?? last) : last, lanes.from + 1000)
  const digits = end - lanes.from < SECONDS_BELOW_MS ? 8 : 5
  const clock = (at: number) => formatTime(new Date(at).toISOString(), utc).slice(0, digits)
  return (
    <figure>
      <figcaption className="tabular flex pb-2 text-12 text-faint" suppressHydrationWarning>
        <span>{clock(lanes.from)}</span>
        <span className="ml-auto">{running ? 'now' : clock(end)}</span>
      </figcaption>
      {names.map((name) => (
        <div key={name} className="grid h-5 grid-cols-[72px_minmax(0,1fr)] items-center gap-2.5 text-12">
          <span className="text-muted">{name}</span>
          <span className="relative h-2 overflow-hidden rounded-sm bg-raised">
            {lanes[name].map((span) => (
              <Bar key={span.key} span={span} from={lanes.from} end={end} />
            ))}
          </span>
        </div>
      ))}
    </figure>
  )
}

function Bar({ span, from, end }: { span: Span; from: number; end: number }) {
  const whole = end - from
  const left = ((span.from - from) / whole) * 100
  const width = (((span.to ?? end) - span.from) / whole) * 100
  return (
    <span
      className={cn(
        'absolute inset-y-0 min-w-[3px] rounded-sm forced-colors:bg-[Highlight]',
        FILL[span.severity],
      )}
      style={{
        left: `min(${left}%, calc(100% - 3px))`,
        width: `${Math.max(0, Math.min(width, 100 - left))}%`,
      }}
    />
  )
}

function TurnRow({ turn }: { turn: Turn }) {
  const severity = turn.result
    ? describeOutcome(turn.result.outcome).severity
    : turn.state === 'running'
      ? 'running'
      : 'error'
  const calls = turn.blocks.filter((block) => block.type === 'tool').length
  const changes = turn.blocks.filter((block) => block.type === 'tool' && block.changes).length
  return (
    <li>
      <a
        href={`#e-${turn.seqs[0] ?? 0}`}
        className="grid grid-cols-[14px_minmax(0,1fr)_auto] items-baseline gap-x-2.5 rounded-md px-2 py-1.5 transition-colors hover:bg-surface"
      >
        <SeverityIcon severity={severity} className="translate-y-0.5" />
        <span className="truncate text-13">
          {turn.prompt === null ? 'Begun by the CLI itself' : oneLine(turn.prompt, 100)}
        </span>
        <span className="tabular text-12 text-faint">
          {turn.result ? (
            formatDuration(turn.result.duration_ms)
          ) : turn.state === 'running' ? (
            <Elapsed since={turn.prompt_at} />
          ) : (
            ''
          )}
        </span>
        <span className="col-start-2 col-end-4 text-12 text-muted">
          turn {turn.number} · {formatPlural(calls, 'call')}
          {changes > 0 ? ` · ${formatPlural(changes, 'change')}` : ''}
        </span>
      </a>
    </li>
  )
}

function VerbRow({ verb }: { verb: VerbBlock }) {
  const { severity, word } = describeVerbState(verb)
  return (
    <li>
      <a
        href={`#e-${verb.seqs[0] ?? 0}`}
        className="grid grid-cols-[14px_minmax(0,1fr)_auto] items-baseline gap-x-2.5 rounded-md px-2 py-1.5 transition-colors hover:bg-surface"
      >
        <SeverityIcon severity={severity} className="translate-y-0.5" />
        <span className="truncate text-13">{verb.title}</span>
        <span className="tabular text-12 text-faint">
          {isVerbOpen(verb) ? (
            <Elapsed since={verb.since} />
          ) : verb.result?.duration_ms != null ? (
            formatDuration(verb.result.duration_ms)
          ) : (
            ''
          )}
        </span>
        <span className="col-start-2 col-end-4 text-12 text-muted">
          verb · {word.toLowerCase()} · by {verb.operator}
        </span>
      </a>
    </li>
  )
}
