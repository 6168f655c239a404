import type { ReactNode } from 'react'
import { makeVisible } from '../../lib/format.ts'
import { RuleLink } from '../policy/rule-link.tsx'
import { SeverityWord } from '../ui/severity.tsx'
import { AxisWord } from './axis-word.tsx'
import { DeniedIn } from './denied-in.tsx'
import { titleOf, type Waiting } from './waiting.ts'

/** What a question looks like, whatever it asks: its middle scrolls, its answers stay in sight. */
export function CardFrame({
  approval,
  foot,
  children,
}: {
  approval: Waiting
  /** How it is answered. */
  foot: ReactNode
  children: ReactNode
}) {
  return (
    <div
      className={`flex max-h-[56dvh] flex-col rounded-lg border bg-surface ${
        approval.axis === 'irreversible' ? 'border-critical/60' : 'border-warn/60'
      }`}
    >
      <div className="flex shrink-0 flex-col gap-0.5 px-3 pt-2.5 pb-2">
        <div className="flex flex-wrap items-baseline gap-x-2.5">
          {approval.kind === 'tool' ? (
            <AxisWord axis={approval.axis} />
          ) : (
            <SeverityWord severity="warn">Needs you</SeverityWord>
          )}
          <h2 className="font-semibold">{makeVisible(titleOf(approval))}</h2>
          <DeniedIn
            approval={approval}
            className="ml-auto text-12 text-faint narrow:ml-0 narrow:basis-full"
          />
        </div>
        {approval.kind === 'tool' ? <Why approval={approval} /> : null}
      </div>
      <div className="flex min-h-0 flex-1 flex-col gap-2 overflow-y-auto px-3 pb-2">{children}</div>
      <div className="flex shrink-0 flex-col gap-2 border-t border-line px-3 py-2.5">{foot}</div>
    </div>
  )
}

function Why({ approval: { reason, rule } }: { approval: Waiting }) {
  return (
    <p className="text-13 text-muted">
      {makeVisible(reason)}
      {rule === '' ? null : (
        <span className="text-faint">
          {' '}
          (rule <RuleLink name={rule} />)
        </span>
      )}
    </p>
  )
}
