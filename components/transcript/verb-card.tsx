'use client'
import { memo, type ReactNode, useState } from 'react'
import type { VerbBlock, VerbOutput } from '../../lib/block-types.ts'
import { formatDuration, formatPlural, makeVisible, oneLine } from '../../lib/format.ts'
import { AxisMark } from '../ui/axis-mark.tsx'
import { CardHead } from './card-head.tsx'
import { EventPlace } from './event.tsx'
import { Output, TAIL_LINES } from './output.tsx'
import { Survivors } from './survivors.tsx'
import { VerbConfirm } from './verb-confirm.tsx'
import { OutputLink, VerbFoot } from './verb-foot.tsx'
import { commandLine, describeVerbState } from './verb-state.ts'

/** A command of the operator's own: what it looked at, what was confirmed, what it said. */
export const VerbCard = memo(function VerbCard({ verb }: { verb: VerbBlock }) {
  const [chosen, setChosen] = useState<boolean | null>(null)
  const [wrap, setWrap] = useState(true)
  const state = describeVerbState(verb)
  const open = chosen ?? state.open
  const line = commandLine(verb.argv)
  const timed = verb.state === 'running' || verb.state === 'looking'
  return (
    <EventPlace seqs={verb.seqs} change={verb.changes}>
      <article
        aria-label={oneLine(`Verb ${verb.title}: ${line}`, 80)}
        className="overflow-hidden rounded-lg border border-line bg-surface"
      >
        <CardHead
          state={state}
          since={timed ? verb.since : null}
          name={verb.title}
          line={line}
          figures={[verb.host ? `on ${oneLine(verb.host, 40)}` : null, took(verb)]}
          open={open}
          onFold={() => setChosen(!open)}
        >
          {verb.changes ? <AxisMark axis={verb.irreversible ? 'irreversible' : 'changes_state'} /> : null}
        </CardHead>
        {open ? (
          <>
            {verb.evidence_argv ? <Evidence verb={verb} wrap={wrap} /> : null}
            {verb.state === 'awaiting' ? <VerbConfirm verb={verb} /> : null}
            <Ran verb={verb} wrap={wrap} line={line} />
            {verb.survivors.length > 0 ? (
              <div className="px-3 pb-2">
                <Survivors survivors={verb.survivors} />
              </div>
            ) : null}
            <VerbFoot verb={verb} line={line} wrap={wrap} onWrap={() => setWrap(!wrap)} />
          </>
        ) : null}
      </article>
    </EventPlace>
  )
})

function took({ result, tail_lines: lines }: VerbBlock): string | null {
  const ms = result?.duration_ms ?? null
  if (ms !== null) return formatDuration(ms)
  return lines > 0 ? formatPlural(lines, 'line') : null
}

function Evidence({ verb, wrap }: { verb: VerbBlock; wrap: boolean }) {
  const { evidence } = verb
  return (
    <Part
      name="Looked at first"
      line={commandLine(verb.evidence_argv ?? [])}
      said={evidence ? ended(evidence) : null}
    >
      {evidence ? <Said output={evidence} wrap={wrap} /> : <Live verb={verb} />}
      {evidence ? <OutputLink output={evidence} className="px-3 pb-2" /> : null}
    </Part>
  )
}

function Ran({ verb, wrap, line }: { verb: VerbBlock; wrap: boolean; line: string }) {
  if (verb.state === 'looking') return null
  const { result } = verb
  if (verb.state === 'awaiting') return null
  const never = verb.state === 'cancelled' || verb.state === 'expired'
  if (never) return <Quiet>{result?.reason ?? 'It was not run.'}</Quiet>
  const name = verb.evidence_argv ? 'Then ran' : null
  const body = result ? <Said output={result} wrap={wrap} /> : <Live verb={verb} />
  return (
    <Part name={name} line={name || line.length > 60 ? line : null} said={null}>
      {body}
      {result?.reason && verb.state !== 'stopped' ? <Quiet>{result.reason}</Quiet> : null}
    </Part>
  )
}

function Part({
  name,
  line,
  said,
  children,
}: {
  name: string | null
  line: string | null
  said: string | null
  children: ReactNode
}) {
  return (
    <div className="border-t border-line bg-bg">
      {name || line ? (
        <p className="flex flex-wrap items-baseline gap-x-2.5 border-b border-line bg-surface px-3 py-1.5 text-12 text-faint">
          {name ? <span>{name}</span> : null}
          {line ? <code className="min-w-0 flex-1 text-12 wrap-anywhere">{makeVisible(line)}</code> : null}
          {said ? <span className="tabular">{said}</span> : null}
        </p>
      ) : null}
      {children}
    </div>
  )
}

function Said({ output, wrap }: { output: VerbOutput; wrap: boolean }) {
  if (output.output.trim() === '') return output.reason ? null : <Quiet>It wrote nothing.</Quiet>
  return <Output text={output.output} wrap={wrap} keep="end" />
}

function Live({ verb }: { verb: VerbBlock }) {
  if (verb.tail === '') return <Quiet>No output yet.</Quiet>
  return <Output text={verb.tail} wrap keep="end" lines={TAIL_LINES} className="text-muted" />
}

function Quiet({ children }: { children: ReactNode }) {
  return <p className="px-3 py-2 text-13 wrap-anywhere text-faint">{children}</p>
}

function ended({ exit_code, duration_ms, reason }: VerbOutput): string {
  const how = exit_code === null ? (reason ?? 'ended by a signal') : `exit ${exit_code}`
  return duration_ms === null ? how : `${how} · ${formatDuration(duration_ms)}`
}
