'use client'
import { useEffect, useState } from 'react'
import type { Problem } from '../../lib/api.ts'
import type { ApprovalScope } from '../../lib/events.ts'
import { api } from '../api.ts'

/** A press that was meant for what stood here before falls into this time. */
const SETTLE_MS = 600

export type Answer = {
  decision: 'allow' | 'deny'
  reason?: string
  scope?: ApprovalScope
  override?: boolean
  answers?: Record<string, string>
}

/**
 * Answers a question once: what is on its way, and what the console refused.
 * @param buttons names what can be pressed: when that changes, presses meant for what stood there before are not taken
 */
export function useAnswer(id: string, buttons = '') {
  const [busy, setBusy] = useState<string | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const [settledFor, setSettledFor] = useState<string | null>(null)
  useEffect(() => {
    const timer = setTimeout(() => setSettledFor(buttons), SETTLE_MS)
    return () => clearTimeout(timer)
  }, [buttons])

  /** @param what names the button that was pressed */
  async function answer(what: string, body: Answer): Promise<void> {
    if (busy !== null || settledFor === null) return
    setBusy(what)
    setProblem(null)
    const { reason, ...rest } = body
    const said = await api<{ state: string }>('POST', `/api/approvals/${encodeURIComponent(id)}`, {
      ...rest,
      ...(reason ? { reason } : {}),
    })
    // Once it is decided the record tells, and the card goes.
    if (said.ok && said.data.state !== 'pending') return
    setBusy(null)
    if (!said.ok) setProblem(said.problem)
  }

  return { busy, problem, settled: settledFor === buttons, answer }
}
