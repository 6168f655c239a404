'use client'
import { useState } from 'react'
import type { Problem } from '../../lib/api.ts'
import { api } from '../api.ts'
import { Button } from '../ui/button.tsx'
import { ProblemNotice } from '../ui/problem.tsx'

export function SignOut() {
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)

  async function signOut() {
    setBusy(true)
    const answer = await api('DELETE', '/api/logins/current')
    if (answer.ok || answer.problem.status === 401) return location.assign('/login')
    setBusy(false)
    setProblem(answer.problem)
  }

  return (
    <>
      <Button busy={busy && 'Signing out…'} onClick={signOut}>
        Sign out
      </Button>
      {problem ? <ProblemNotice problem={problem} className="basis-full" /> : null}
    </>
  )
}
