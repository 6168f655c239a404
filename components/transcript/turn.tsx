import { memo } from 'react'
import type { Turn } from '../../lib/block-types.ts'
import { makeVisible } from '../../lib/format.ts'
import { Time } from '../time.tsx'
import { BlockView } from './block.tsx'
import { EventPlace } from './event.tsx'
import { ResultLine } from './result-line.tsx'

/** One prompt and everything until its terminal event. */
export const TurnView = memo(function TurnView({ turn }: { turn: Turn }) {
  // What the result line says is not said twice.
  const blocks = turn.result
    ? turn.blocks.filter((block) => block.type !== 'control' || block.action !== 'stopped')
    : turn.blocks
  return (
    <section aria-label={`Turn ${turn.number}`} className="flex flex-col gap-4 not-first:mt-4">
      <EventPlace seqs={turn.seqs.filter((seq) => seq !== turn.result?.seq)}>
        <PromptView
          operator={turn.operator}
          at={turn.prompt_at}
          text={turn.prompt}
          note={`turn ${turn.number}`}
        />
      </EventPlace>
      {blocks.map((block) => (
        <BlockView key={block.key} block={block} />
      ))}
      {turn.result ? <ResultLine turn={turn} result={turn.result} /> : null}
    </section>
  )
})

export function PromptView({
  operator,
  at,
  text,
  note,
}: {
  operator: string | null
  at: string
  text: string | null
  note: string
}) {
  return (
    <div className="border-l-2 border-accent py-0.5 pl-3.5">
      <p className="mb-1 flex items-center gap-2.5 text-12 text-faint">
        <b className="font-semibold text-text">{makeVisible(operator ?? 'The CLI')}</b>
        <Time at={at} form="clock" />
        <span>{note}</span>
      </p>
      {text === null ? (
        <p className="text-13 text-muted">Nobody asked for this turn: the CLI began it by itself.</p>
      ) : (
        <p className="max-w-[88ch] text-15 whitespace-pre-wrap wrap-anywhere">{makeVisible(text)}</p>
      )}
    </div>
  )
}
