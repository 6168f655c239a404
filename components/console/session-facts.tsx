'use client'
import type { ReactNode } from 'react'
import type { SessionDetail } from '../../lib/api.ts'
import type { RecordFacts } from '../../lib/block-types.ts'
import { formatCost, formatCount, formatPlural, makeVisible } from '../../lib/format.ts'
import { Time } from '../time.tsx'
import { Button } from '../ui/button.tsx'
import { describeBudget } from './budget.tsx'

/** What is known of a session besides its record. */
export function SessionFacts({
  detail,
  facts,
  onBudget = null,
}: {
  detail: SessionDetail
  facts: RecordFacts
  /** Null for who may not change it. */
  onBudget?: (() => void) | null
}) {
  const budget = describeBudget(detail.budget)
    .map(({ said }) => said)
    .join(' · ')
  return (
    <dl className="grid grid-cols-[112px_minmax(0,1fr)] gap-x-3 gap-y-2 text-13 narrow:grid-cols-[80px_minmax(0,1fr)] [&>dd]:min-w-0 [&>dd]:wrap-anywhere [&>dt]:text-faint">
      <Fact name="Reason">
        <span className="whitespace-pre-wrap">{makeVisible(detail.reason)}</span>
      </Fact>
      {detail.ticket ? <Fact name="Ticket">{makeVisible(detail.ticket)}</Fact> : null}
      <Fact name="Opened">
        by {makeVisible(detail.operator)}, <Time at={detail.created_at} align="left" />
      </Fact>
      <Fact name="Workspace">
        <code>{makeVisible(facts.cwd ?? detail.workspace)}</code>
      </Fact>
      <Fact name="Agent">
        {makeVisible(facts.model ?? detail.model ?? 'the provider’s default model')},{' '}
        {makeVisible(detail.provider)}, driver {detail.driver}
        {facts.tools > 0 ? `, ${facts.tools} tools` : ''}
      </Fact>
      <Fact name="CLI">
        {makeVisible(facts.claude_version ?? detail.claude_version ?? 'not started yet')}
        {isUntried(detail, facts) ? `; this console was tried with ${detail.tried_version}` : ''}
        {detail.raw_count > 0 ? `; ${formatPlural(detail.raw_count, 'unknown message')}, shown raw` : ''}
      </Fact>
      <Fact name="CLI session">
        <code>{makeVisible(facts.cli_session_id ?? detail.cli_session_id)}</code>
      </Fact>
      <Fact name="Session">
        <code>{detail.id}</code>
      </Fact>
      <Fact name="So far">
        {formatPlural(facts.turns, 'turn')} · {formatPlural(facts.calls, 'call')} ·{' '}
        {formatPlural(facts.changes, 'change')} · {facts.failed} failed
      </Fact>
      <Fact name="Spent">
        {formatCost(facts.cost_usd ?? detail.total_cost_usd)} ·{' '}
        {formatCount(facts.tokens || detail.total_tokens)} tokens
      </Fact>
      {detail.ends_at ? (
        <Fact name="Time box">
          {detail.minutes} min at first; ends <Time at={detail.ends_at} align="left" />
        </Fact>
      ) : null}
      {budget || onBudget ? (
        <Fact name="Budget">
          {budget || 'no limits'}
          {onBudget ? (
            <Button size="sm" variant="quiet" onClick={onBudget} className="-my-1 ml-1">
              Change…
            </Button>
          ) : null}
        </Fact>
      ) : null}
      <Fact name="Stop">
        {detail.containment.detail}
        {detail.containment.hint ? `. ${detail.containment.hint}` : ''}
      </Fact>
      <Fact name="Silence">
        {Math.round(detail.silence_limit_seconds / 60)} min without output stop a turn
      </Fact>
    </dl>
  )
}

function isUntried(detail: SessionDetail, facts: RecordFacts): boolean {
  const version = facts.claude_version ?? detail.claude_version
  return version !== null && version !== detail.tried_version
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd className="tabular">{children}</dd>
    </>
  )
}
