'use client'
import { PanelRight } from 'lucide-react'
import type { ReactNode } from 'react'
import type { SessionDetail, SessionStatus } from '../../lib/api.ts'
import type { RecordFacts } from '../../lib/block-types.ts'
import type { ProvidersView } from '../../lib/choice-api.ts'
import { formatClock, formatCost, formatCount, makeVisible } from '../../lib/format.ts'
import type { ConnectionState } from '../stream/protocol.ts'
import { Elapsed, useServerNow } from '../transcript/clock.tsx'
import { Button } from '../ui/button.tsx'
import { Chip } from '../ui/chip.tsx'
import { cn } from '../ui/cn.ts'
import { AgentFact } from './agent-fact.tsx'
import { BudgetNear } from './budget.tsx'
import { MaskedChip } from './masked.tsx'
import { describeStatus } from './session-status.ts'
import { TimeBoxLeft } from './time-box.tsx'
import { UntriedCli } from './untried-cli.tsx'
import { useWaitingFor } from './waiting-for.tsx'

/** A turn's own deadline is worth a word only below this. */
const SHORT_MS = 60_000

/** What is wrong, how it stands, what goes on, what it has cost, how long it may go on, who else looks. */
export function ConsoleHeader({
  detail,
  facts,
  status,
  connection,
  others,
  ladder,
  onAgent,
  onDetails,
  onExtend,
  onBudget,
}: {
  detail: SessionDetail
  facts: RecordFacts
  status: SessionStatus
  connection: ConnectionState
  /** Who else watches. */
  others: readonly string[]
  ladder: ProvidersView | null
  onAgent: (() => void) | null
  onDetails: () => void
  /** Null for those who may only read. */
  onExtend: (() => void) | null
  /** Null for those who may not change it. */
  onBudget: (() => void) | null
}) {
  const { severity, word } = describeStatus(status, facts.last_outcome ?? detail.last_outcome)
  const since = facts.running?.started_at ?? detail.current_turn?.started_at
  const cost = facts.cost_usd ?? detail.total_cost_usd
  const tokens = facts.tokens || detail.total_tokens
  const model = facts.model ?? detail.model
  const runs = facts.running !== null || (detail.current_turn !== null && status !== 'closed')
  const waits = useWaitingFor({ waiting_for: runs ? facts.waiting_for : null }, detail)
  return (
    <header className="col-span-full flex min-h-11 min-w-0 items-center gap-3 border-b border-line px-4 py-1.5 narrow:px-4">
      <h1 className="min-w-0 shrink truncate font-semibold" title={makeVisible(detail.reason)}>
        {detail.kind === 'drill' ? <span className="text-muted">Drill: </span> : null}
        {makeVisible(detail.title)}
      </h1>
      <Chip severity={severity}>
        {word}
        {status === 'running' && since ? <Elapsed since={since} /> : null}
      </Chip>
      <span className="flex items-center gap-3 empty:hidden max-[900px]:hidden">
        <UntriedCli detail={detail} facts={facts} />
        <MaskedChip count={facts.masked} />
      </span>
      {detail.ticket ? <Chip className="max-[900px]:hidden">{makeVisible(detail.ticket)}</Chip> : null}
      {runs && facts.action ? (
        <span
          className={cn(
            'hidden min-w-0 flex-1 truncate text-12 text-muted wide:block',
            waits?.grave && 'text-warn',
          )}
        >
          {waits?.long ?? facts.action}
        </span>
      ) : null}
      <dl className="tabular ml-auto flex shrink-0 items-center gap-3.5 text-12 whitespace-nowrap text-muted">
        {waits ? (
          <Fact
            name="What the turn waits for"
            className={cn('max-[520px]:hidden wide:sr-only', waits.grave && 'text-warn')}
          >
            {waits.short}
          </Fact>
        ) : null}
        {status === 'closed' ? null : <BudgetNear budget={detail.budget} onChange={onBudget} />}
        {runs ? <TimeLeft deadline={detail.current_turn?.deadline_at ?? null} /> : null}
        {detail.ends_at && status !== 'closed' && status !== 'over' ? (
          <Fact name="Time left for this session">
            <TimeBoxLeft detail={detail} onExtend={onExtend} />
          </Fact>
        ) : null}
        <Fact name="Model, provider and driver" className="max-[1000px]:hidden">
          <AgentFact detail={detail} model={model} ladder={ladder} onChange={onAgent} />
        </Fact>
        {cost === null && tokens === 0 ? null : (
          <Fact name="Cost and tokens" className="max-[760px]:hidden">
            {formatCost(cost)} · {formatCount(tokens)} tokens
          </Fact>
        )}
        <Fact
          name="How far Stop reaches"
          className={cn('max-[1200px]:hidden', detail.containment.state !== 'ok' && 'text-warn')}
        >
          <span title={[detail.containment.detail, detail.containment.hint].filter(Boolean).join('. ')}>
            {detail.containment.brief?.split(',')[0]}
          </span>
        </Fact>
        <Fact name="Connection" className="narrow:hidden">
          <ConnectionWord connection={connection} />
        </Fact>
        {others.length > 0 ? (
          <Fact name="Also watching" className="max-[900px]:hidden">
            <span title={others.map(makeVisible).join(', ')}>
              {others.length > 2 ? `${others.length} others` : others.map(makeVisible).join(', ')} watching
            </span>
          </Fact>
        ) : null}
      </dl>
      <Button
        variant="quiet"
        size="icon"
        onClick={onDetails}
        aria-label="About this session"
        className="-mr-2"
      >
        <PanelRight size={16} aria-hidden="true" />
      </Button>
    </header>
  )
}

function Fact({ name, className, children }: { name: string; className?: string; children: ReactNode }) {
  return (
    <div className={className}>
      <dt className="sr-only">{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

function TimeLeft({ deadline }: { deadline: string | null }) {
  const now = useServerNow()
  if (deadline === null || now === null) return null
  const left = Date.parse(deadline) - now
  if (left > SHORT_MS) return null
  return (
    <Fact name="Time left for this turn" className="text-warn">
      {left <= 0 ? 'turn out of time' : `turn ${formatClock(left)} left`}
    </Fact>
  )
}

function ConnectionWord({ connection }: { connection: ConnectionState }) {
  const live = connection.name === 'live'
  const word = {
    live: 'Live',
    connecting: 'Connecting',
    reconnecting: connection.name === 'reconnecting' && connection.offline ? 'Offline' : 'Reconnecting',
    signed_out: 'Not live',
  }[connection.name]
  return (
    <span
      className={cn(
        'inline-flex items-center gap-1.5',
        !live && connection.name !== 'connecting' && 'text-warn',
      )}
    >
      <svg viewBox="0 0 8 8" width="8" height="8" aria-hidden="true">
        {live ? (
          <circle cx="4" cy="4" r="3" fill="currentColor" />
        ) : (
          <circle cx="4" cy="4" r="3" fill="none" stroke="currentColor" strokeWidth="1.5" />
        )}
      </svg>
      {word}
    </span>
  )
}
