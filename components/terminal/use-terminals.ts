'use client'
import { useCallback, useEffect, useState } from 'react'
import type { TerminalView } from '../../lib/terminal-api.ts'
import { api } from '../api.ts'
import { useSessionsChanged } from '../stream/use-session.ts'

/** The terminals of a session, or all that run; kept up to date. Null until they are known. */
export function useTerminals(
  session: string | null,
  initial: TerminalView[] | null = null,
): { terminals: TerminalView[] | null; refresh: () => Promise<void> } {
  const [terminals, setTerminals] = useState(initial)
  const refresh = useCallback(async () => {
    const path = session ? `/api/sessions/${session}/terminals` : '/api/terminals'
    const answer = await api<{ terminals: TerminalView[] }>('GET', path)
    if (answer.ok) setTerminals(answer.data.terminals)
  }, [session])
  useEffect(() => {
    if (initial === null) void refresh()
  }, [initial, refresh])
  useSessionsChanged(() => void refresh())
  return { terminals, refresh }
}
