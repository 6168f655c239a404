'use client'
import { useCallback, useEffect, useRef, useState } from 'react'
import type { SessionDetail } from '../../lib/api.ts'
import type { RecordSnapshot } from '../../lib/block-types.ts'
import { api } from '../api.ts'
import { useSessionsChanged } from '../stream/use-session.ts'

/** What the record does not tell: queue, deadline, limits. Fetched anew when something has changed. */
export function useDetail(
  initial: SessionDetail,
  record: RecordSnapshot,
): { detail: SessionDetail; refresh: () => void } {
  const [detail, setDetail] = useState(initial)
  const asked = useRef(0)
  const path = `/api/sessions/${encodeURIComponent(initial.id)}`

  const refresh = useCallback(async () => {
    asked.current += 1
    const mine = asked.current
    const answer = await api<SessionDetail>('GET', path)
    // Answers can overtake each other: only the latest question counts.
    if (answer.ok && mine === asked.current) setDetail(answer.data)
  }, [path])

  useSessionsChanged(refresh)
  const { running, last_outcome, closed, pending } = record.facts
  const moment = `${record.caught_up} ${running?.turn_id} ${last_outcome} ${closed?.at} ${pending.length}`
  const known = useRef(moment)
  useEffect(() => {
    if (known.current === moment) return
    known.current = moment
    void refresh()
  }, [moment, refresh])
  return { detail, refresh }
}
