'use client'
import { useEffect, useState } from 'react'
import type { Problem } from '../../lib/api.ts'
import type { ObserverPass } from '../../lib/observer-api.ts'
import { api } from '../api.ts'
import { ProblemNotice } from '../ui/problem.tsx'

/** Exchanges the secret behind the # of this address, which no server has seen yet, and goes to its session. */
export function OpenLink() {
  const [problem, setProblem] = useState<Problem | null>(null)

  useEffect(() => {
    const token = location.hash.slice(1)
    // Out of the address and the history before anything else.
    history.replaceState(null, '', location.pathname)
    if (token === '') return setProblem(INCOMPLETE)
    void api<ObserverPass>('POST', '/api/observe', { token }).then((answer) => {
      if (answer.ok) location.replace(`/observe/${answer.data.session_id}`)
      else setProblem(answer.problem)
    })
  }, [])

  if (problem) return <ProblemNotice problem={problem} />
  return (
    <p role="status" className="text-13 text-muted">
      Opening the session…
    </p>
  )
}

const INCOMPLETE: Problem = {
  ...{ type: 'about:blank', title: '', status: 0, code: 'no_link' },
  detail: 'This address is not the whole link',
  advice:
    'Open the link anew as it was sent to you, with everything behind the #. One that has ended needs a new one.',
}
