'use client'
import { useState } from 'react'
import type { Problem } from '../../lib/api.ts'
import { makeVisible, oneLine } from '../../lib/format.ts'
import type { GrantView } from '../../lib/gate-api.ts'
import { describeCall } from '../../lib/tool-call.ts'
import { api } from '../api.ts'
import { RuleLink } from '../policy/rule-link.tsx'
import { Time } from '../time.tsx'
import { Button } from '../ui/button.tsx'
import { ProblemNotice } from '../ui/problem.tsx'

/** What operators have allowed for the rest of a session, and the way to take it back. */
export function Grants({
  grants,
  canRevoke,
  onRevoked,
}: {
  grants: readonly GrantView[]
  canRevoke: boolean
  onRevoked: () => void
}) {
  const [busy, setBusy] = useState<string | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  if (grants.length === 0) return null

  async function revoke(id: string) {
    setBusy(id)
    setProblem(null)
    const answer = await api('DELETE', `/api/approvals/${encodeURIComponent(id)}/grant`)
    setBusy(null)
    if (!answer.ok) setProblem(answer.problem)
    onRevoked()
  }

  return (
    <section aria-labelledby="grants-title" className="flex flex-col gap-2 border-t border-line pt-3">
      <h3 id="grants-title" className="text-13 font-medium">
        Allowed for this session
      </h3>
      {problem ? <ProblemNotice problem={problem} /> : null}
      <ul className="flex flex-col gap-2">
        {grants.map((grant) => (
          <li key={grant.id} className="flex items-start gap-3 text-13">
            <span className="min-w-0 flex-1">
              <span className={grant.revoked_at === null ? '' : 'text-muted line-through'}>
                <code className="wrap-anywhere">{oneLine(said(grant), 200)}</code>
              </span>
              <span className="block text-12 text-faint">
                {makeVisible(grant.covers)} · by {makeVisible(grant.operator)},{' '}
                <Time at={grant.granted_at} align="left" /> · {usedWords(grant.used)} · rule{' '}
                <RuleLink name={grant.rule} />
                {grant.revoked_at === null ? null : (
                  <>
                    {' '}
                    · taken back by {makeVisible(grant.revoked_by ?? 'the console')},{' '}
                    <Time at={grant.revoked_at} align="left" />
                  </>
                )}
              </span>
            </span>
            {canRevoke && grant.revoked_at === null ? (
              <Button size="sm" busy={busy === grant.id && 'Taking back…'} onClick={() => revoke(grant.id)}>
                Take back
              </Button>
            ) : null}
          </li>
        ))}
      </ul>
    </section>
  )
}

function said({ tool_name, input }: GrantView): string {
  const { label, what } = describeCall(tool_name, input)
  return [label, what].filter(Boolean).join(' ')
}

function usedWords(used: number): string {
  if (used === 0) return 'not used since'
  return used === 1 ? 'used once since' : `used ${used} times since`
}
