'use client'
import { useCallback, useEffect, useState } from 'react'
import type { ProvidersView } from '../../lib/choice-api.ts'
import { api } from '../api.ts'

/**
 * How the providers stand, and what can be chosen; null until that is known.
 * @param moment asked anew when it changes, and when the reader comes back to the tab; null for who may not know
 */
export function useLadder(moment: string | null): ProvidersView | null {
  const [ladder, setLadder] = useState<ProvidersView | null>(null)
  const read = useCallback(async () => {
    const answer = await api<ProvidersView>('GET', '/api/providers')
    if (answer.ok) setLadder(answer.data)
  }, [])
  useEffect(() => {
    if (moment === null) return
    void read()
    const readWhenSeen = () => document.visibilityState === 'visible' && void read()
    document.addEventListener('visibilitychange', readWhenSeen)
    return () => document.removeEventListener('visibilitychange', readWhenSeen)
  }, [moment, read])
  return ladder
}
