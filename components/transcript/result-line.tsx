import { assertNever } from '../../lib/assert-never.ts'
import type { Stopped, Turn, TurnResult } from '../../lib/block-types.ts'
import type { Outcome } from '../../lib/events.ts'
import { formatCost, formatCount, formatDuration, makeVisible } from '../../lib/format.ts'
import { Time } from '../time.tsx'
import { type Severity, SeverityWord } from '../ui/severity.tsx'
import { EventPlace } from './event.tsx'
import { Markdown } from './markdown.tsx'
import { ModelFailed } from './model-failed.tsx'
import { Output } from './output.tsx'
import { Survivors } from './survivors.tsx'

/** How a turn ended: outcome, time, cost, and after a stop who pressed it and what still runs. */
export function ResultLine({ turn, result }: { turn: Turn; result: TurnResult }) {
  const { severity, word } = describeOutcome(result.outcome)
  const stopped = turn.stopped && result.outcome === 'interrupted' ? turn.stopped : null
  const facts = stopped ? [] : [formatDuration(result.duration_ms)]
  if (result.cost_usd !== null) facts.push(formatCost(result.cost_usd))
  if (result.usage)
    facts.push(`${formatCount(result.usage.input_tokens + result.usage.output_tokens)} tokens`)
  if (turn.model) facts.push(makeVisible(turn.model))
  const failed = result.outcome === 'error' || result.outcome === 'incomplete'
  const said = turn.blocks.findLast((block) => block.type === 'text' && !block.thinking)
  const repeats = said?.type === 'text' && said.text.trim() === result.text.trim()
  return (
    <EventPlace seqs={[result.seq]}>
      <div className="flex flex-col gap-2 border-t border-line pt-2.5">
        <p className="tabular flex flex-wrap items-baseline gap-x-3 gap-y-1 text-12 text-faint">
          <SeverityWord severity={severity}>
            {stopped ? <StoppedBy turn={turn} stopped={stopped} at={result.at} /> : word}
          </SeverityWord>
          <span className="narrow:order-1 narrow:basis-full">{facts.join(' · ')}</span>
          {turn.stopped?.reason ? (
            <span className="min-w-0 wrap-anywhere narrow:order-1">{makeVisible(turn.stopped.reason)}</span>
          ) : null}
          <Time at={result.at} form="clock" className="ml-auto" />
        </p>
        {turn.stopped && turn.stopped.survivors.length > 0 ? (
          <Survivors survivors={turn.stopped.survivors} />
        ) : null}
        {(result.model_failure || (result.text.trim() !== '' && !repeats)) &&
        result.outcome !== 'interrupted' ? (
          <div className={result.model_failure ? '' : failed ? 'text-error' : 'max-w-[88ch] text-15'}>
            {result.model_failure ? (
              <ModelFailed result={result} failure={result.model_failure} />
            ) : failed ? (
              <p className="whitespace-pre-wrap wrap-anywhere">{makeVisible(result.text)}</p>
            ) : (
              <Markdown text={result.text} />
            )}
          </div>
        ) : null}
        {failed && (result.stderr || result.exit_code !== null) ? (
          <div className="rounded-lg border border-line">
            <p className="px-3 py-1.5 text-12 text-faint">
              {result.exit_code === null ? 'The CLI' : `The CLI ended with exit code ${result.exit_code}`}
              {result.stderr ? ' and wrote last:' : ''}
            </p>
            {result.stderr ? (
              <Output text={result.stderr} wrap keep="end" className="border-t border-line" />
            ) : null}
          </div>
        ) : null}
      </div>
    </EventPlace>
  )
}

export function describeOutcome(outcome: Outcome): { severity: Severity; word: string } {
  switch (outcome) {
    case 'success':
      return { severity: 'ok', word: 'Done' }
    case 'error':
      return { severity: 'error', word: 'Failed' }
    case 'interrupted':
      return { severity: 'warn', word: 'Stopped' }
    case 'timeout':
      return { severity: 'error', word: 'Out of time' }
    case 'incomplete':
      return { severity: 'error', word: 'Broke off without a result' }
    default:
      return assertNever(outcome)
  }
}

function StoppedBy({ turn, stopped, at }: { turn: Turn; stopped: Stopped; at: string }) {
  const after = formatDuration(Date.parse(stopped.at || at) - Date.parse(turn.prompt_at))
  return (
    <>
      Stopped by {makeVisible(stopped.operator)} after {after}
      {stopped.survivors.length === 0 ? '; nothing of it still runs' : ''}
    </>
  )
}
