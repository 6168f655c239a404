import Link from 'next/link'
import type { SessionDetail } from '../../lib/api.ts'
import type { RecordFacts } from '../../lib/block-types.ts'
import { makeVisible } from '../../lib/format.ts'
import { Time } from '../time.tsx'
import { buttonClass } from '../ui/button.tsx'
import { type Severity, SeverityWord } from '../ui/severity.tsx'

const SEVERITY: Record<string, { severity: Severity; word: string }> = {
  resolved: { severity: 'ok', word: 'Resolved' },
  mitigated: { severity: 'info', word: 'Mitigated' },
  abandoned: { severity: 'quiet', word: 'Abandoned' },
}

/** In place of the composer of a closed session: how it ended, and the way to a new one. */
export function ClosedNote({
  detail,
  facts,
  canOpen,
}: {
  detail: SessionDetail
  facts: RecordFacts
  canOpen: boolean
}) {
  const outcome = facts.closed?.outcome ?? detail.outcome
  const { severity, word } = SEVERITY[outcome ?? ''] ?? { severity: 'quiet', word: 'Closed' }
  const at = facts.closed?.at ?? detail.closed_at
  const summary = facts.closed?.summary ?? detail.summary
  return (
    <section
      aria-label="How it ended"
      className="flex items-start gap-4 rounded-lg border border-line bg-surface px-4 py-3 narrow:flex-col"
    >
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-baseline gap-x-3 text-13 text-muted">
          <SeverityWord severity={severity} className="text-13">
            {word}
          </SeverityWord>
          <span>
            {facts.closed ? `closed by ${makeVisible(facts.closed.operator)} ` : 'closed '}
            {at ? <Time at={at} align="left" /> : null}
          </span>
        </p>
        {summary ? (
          <p className="max-h-40 overflow-y-auto pt-1 whitespace-pre-wrap wrap-anywhere">
            {makeVisible(summary)}
          </p>
        ) : (
          <p className="pt-1 text-13 text-faint">Nobody wrote a summary. The record above is whole.</p>
        )}
      </div>
      {canOpen ? (
        <Link href="/#write" className={buttonClass()}>
          Start a new session
        </Link>
      ) : null}
    </section>
  )
}
