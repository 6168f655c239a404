'use client'
import { useCallback, useState } from 'react'
import type { EventPage, Problem } from '../../lib/api.ts'
import type { RecordSnapshot } from '../../lib/block-types.ts'
import { createRecordView } from '../../lib/blocks.ts'
import { api } from '../api.ts'

const PAGE_EVENTS = 5000

/** The record unmasked as it stood when an admin asked for it; null while nobody has. */
export function useRaw(session: string) {
  const [record, setRecord] = useState<RecordSnapshot | null>(null)
  const show = useCallback(async (): Promise<Problem | null> => {
    const view = createRecordView()
    for (let after = 0; ; after = view.snapshot().head_seq) {
      const query = `after=${after}&limit=${PAGE_EVENTS}&raw=true`
      const answer = await api<EventPage>('GET', `/api/sessions/${session}/events?${query}`)
      if (!answer.ok) return answer.problem
      for (const event of answer.data.events) view.apply(event)
      if (answer.data.events.length < PAGE_EVENTS) break
    }
    view.apply({ kind: 'caught-up', seq: view.snapshot().head_seq })
    setRecord(view.snapshot())
    return null
  }, [session])
  return { record, show, hide: useCallback(() => setRecord(null), []) }
}
