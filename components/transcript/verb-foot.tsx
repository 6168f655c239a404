'use client'
import { useContext, useState } from 'react'
import type { VerbBlock, VerbOutput } from '../../lib/block-types.ts'
import { isVerbOpen } from '../../lib/block-verbs.ts'
import { formatBytes, formatClock, makeVisible } from '../../lib/format.ts'
import { api } from '../api.ts'
import { Time } from '../time.tsx'
import { Button } from '../ui/button.tsx'
import { cn } from '../ui/cn.ts'
import { CopyButton } from '../ui/copy-button.tsx'
import { stripAnsi } from './ansi.ts'
import { MayAct, SessionId } from './event.tsx'

const ACTION = '-mx-1.5 h-6 px-1.5 font-normal text-faint'

/** What can be done with a run, who asked for it, and when. */
export function VerbFoot({
  verb,
  line,
  wrap,
  onWrap,
}: {
  verb: VerbBlock
  line: string
  wrap: boolean
  onWrap: () => void
}) {
  const session = useContext(SessionId)
  const output = verb.result?.output || verb.tail || verb.evidence?.output || ''
  const [seq] = verb.seqs
  return (
    <footer className="flex min-h-8 flex-wrap items-center gap-x-4 gap-y-1 border-t border-line px-3 py-1 text-12 text-faint">
      <Stop verb={verb} />
      <CopyButton className={ACTION} text={line}>
        Copy command
      </CopyButton>
      {output ? (
        <CopyButton className={ACTION} text={() => stripAnsi(output)}>
          Copy output
        </CopyButton>
      ) : null}
      {seq === undefined ? null : (
        <CopyButton className={ACTION} text={() => `${location.origin}/sessions/${session}#e-${seq}`}>
          Copy link
        </CopyButton>
      )}
      {output && !isVerbOpen(verb) ? (
        <button type="button" aria-pressed={wrap} onClick={onWrap} className="h-6 rounded-md hover:text-text">
          {wrap ? 'Don’t wrap' : 'Wrap lines'}
        </button>
      ) : null}
      {verb.result ? <OutputLink output={verb.result} /> : null}
      <span className="ml-auto flex flex-wrap items-center gap-x-3">
        <span>{whoRan(verb)}</span>
        <Time at={verb.at} form="clock" />
      </span>
    </footer>
  )
}

function Stop({ verb }: { verb: VerbBlock }) {
  const session = useContext(SessionId)
  const mayAct = useContext(MayAct)
  const [said, setSaid] = useState<string | null>(null)
  if (!mayAct || (verb.state !== 'running' && verb.state !== 'looking')) return null
  const limit =
    verb.timeout_seconds === null ? '' : `ends by itself at ${formatClock(verb.timeout_seconds * 1000)}`

  async function stop() {
    setSaid('Stopping…')
    const path = `/api/sessions/${encodeURIComponent(session)}/verbs/${encodeURIComponent(verb.id)}`
    const answer = await api('DELETE', path)
    if (!answer.ok) setSaid(answer.problem.detail)
  }

  return (
    <>
      <Button variant="stop" size="sm" onClick={() => void stop()} busy={said === 'Stopping…' && said}>
        Stop
      </Button>
      <span className="tabular">
        {said && said !== 'Stopping…' ? said : null}
        {limit}
      </span>
    </>
  )
}

/** Where the whole of an output stands, if the record holds only its end; and what was thrown away. */
export function OutputLink({ output, className }: { output: VerbOutput; className?: string }) {
  const session = useContext(SessionId)
  if (!output.truncated) return null
  const { output_id: id, output_bytes: bytes, dropped_bytes: dropped } = output
  return (
    <span className={cn('flex flex-wrap gap-x-3', className)}>
      {id !== null && bytes !== null ? (
        <a
          href={`/api/sessions/${encodeURIComponent(session)}/outputs/${encodeURIComponent(id)}`}
          target="_blank"
          rel="noopener noreferrer"
          className="inline-flex h-6 items-center text-muted underline decoration-line underline-offset-4 hover:text-text"
        >
          Open full output ({formatBytes(bytes)})
        </a>
      ) : (
        <span>Cut: the record holds its end only</span>
      )}
      {dropped > 0 && id !== null ? <span>{formatBytes(dropped)} more were not kept</span> : null}
    </span>
  )
}

function whoRan({ operator, confirmed_by, ended_by, state }: VerbBlock): string {
  const confirmed = confirmed_by && confirmed_by !== operator ? `, confirmed by ${confirmed_by}` : ''
  const by = ended_by === 'console' ? 'the console' : ended_by
  const stopped = by && (state === 'stopped' || state === 'cancelled') ? `, ${state} by ${by}` : ''
  return makeVisible(`by ${operator}${confirmed}${stopped}`)
}
