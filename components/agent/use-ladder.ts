'use client'
import { useCallback, useEffect, useState } from 'react'
import type { ProvidersView } from '../../lib/choice-api.ts'
import { api } from '../api.ts'

/**
 * How the providers stand, and what can be chosen; null until that is known.
 * @param moment asked anew when it changes, and when the reader comes back to the tab
 */
export function useLadder(moment: string): ProvidersView | null {
  const [ladder, setLadder] = useState<ProvidersView | null>(null)
  const read = useCallback(async () => {
    const answer = await api<ProvidersView>('GET', '/api/providers')
    if (answer.ok) setLadder(answer.data)
  }, [])
  useEffect(() => {
    void moment
    void read()
    const readWhenSeen = () => document.visibilityState === 'visible' && void read()
    document.addEventListener('visibilitychange', readWhenSeen)
    return () => document.removeEventListener('visibilitychange', readWhenSeen)
  }, [moment, read])
  return ladder
}
