'use client'
import { useContext, useState } from 'react'
import type { VerbBlock, VerbOutput } from '../../lib/block-types.ts'
import { isVerbOpen } from '../../lib/block-verbs.ts'
import { formatBytes, formatClock, makeVisible } from '../../lib/format.ts'
import { api } from '../api.ts'
import { Time } from '../time.tsx'
import { Button } from '../ui/button.tsx'
import { cn } from '../ui/cn.ts'
import { MayAct, SessionId } from './event.tsx'
import { CardFoot, CopyActions, FullOutput, WrapToggle } from './foot-actions.tsx'

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
  const output = verb.result?.output || verb.tail || verb.evidence?.output || ''
  return (
    <CardFoot>
      <Stop verb={verb} />
      <CopyActions word="Copy command" text={line} output={output} seq={verb.seqs[0]} />
      {output && !isVerbOpen(verb) ? <WrapToggle wrap={wrap} onWrap={onWrap} /> : null}
      {verb.result ? <OutputLink output={verb.result} /> : null}
      <span className="ml-auto flex flex-wrap items-center gap-x-3">
        <span>{whoRan(verb)}</span>
        <Time at={verb.at} form="clock" />
      </span>
    </CardFoot>
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
  if (!output.truncated) return null
  const { output_id: id, output_bytes: bytes, dropped_bytes: dropped } = output
  return (
    <span className={cn('flex flex-wrap gap-x-3', className)}>
      {id !== null && bytes !== null ? (
        <FullOutput id={id} bytes={bytes} />
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
