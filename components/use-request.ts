'use client'
import { useState } from 'react'
import type { Problem } from '../lib/api.ts'
import { type Answer, api } from './api.ts'

/**
 * What a control asks of the console: whether it is on its way, and why the last one was refused.
 * A `Button` that is busy takes no second press.
 */
export function useRequest() {
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)

  async function send<T>(...request: Parameters<typeof api>): Promise<Answer<T>> {
    setBusy(true)
    setProblem(null)
    const answer = await api<T>(...request)
    setBusy(false)
    if (!answer.ok) setProblem(answer.problem)
    return answer
  }

  return { busy, problem, send, forget: () => setProblem(null) }
}
