'use client'
import { useEffect, useState } from 'react'
import type { ApprovalFact } from '../../lib/block-types.ts'
import type { ApprovalView } from '../../lib/gate-api.ts'
import { api } from '../api.ts'
import { fromFact, type Waiting } from './waiting.ts'

/** The questions of a session that wait: from its record at once, what the record does not tell soon after. */
export function useWaiting(
  session: string,
  pending: readonly ApprovalFact[],
  directory: string,
): readonly Waiting[] {
  const [views, setViews] = useState<readonly ApprovalView[]>([])
  const asked = pending.map(({ id }) => id).join(' ')
  useEffect(() => {
    if (asked === '') return
    let wanted = true
    const path = `/api/approvals?state=pending&session=${encodeURIComponent(session)}`
    api<{ approvals: ApprovalView[] }>('GET', path).then((answer) => {
      if (wanted && answer.ok) setViews(answer.data.approvals)
    })
    return () => {
      wanted = false
    }
  }, [session, asked])
  return pending.map((fact) =>
    fromFact(
      fact,
      views.find(({ id }) => id === fact.id),
      directory,
    ),
  )
}
