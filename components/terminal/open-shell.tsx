'use client'
import { useState } from 'react'
import type { Problem } from '../../lib/api.ts'
import type { TerminalView } from '../../lib/terminal-api.ts'
import { api } from '../api.ts'
import { Button } from '../ui/button.tsx'

/** Opens a shell in a session's workspace. */
export function OpenShell({
  session,
  variant = 'secondary',
  onOpened,
}: {
  session: string
  variant?: 'primary' | 'secondary'
  onOpened: (opened: TerminalView) => void
}) {
  const [opening, setOpening] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  async function open() {
    setOpening(true)
    const answer = await api<TerminalView>('POST', `/api/sessions/${session}/terminals`, { kind: 'shell' })
    setOpening(false)
    setProblem(answer.ok ? null : answer.problem)
    if (answer.ok) onOpened(answer.data)
  }
  return (
    <span className="flex flex-wrap items-center gap-2">
      <Button size="sm" variant={variant} busy={opening && 'Opening…'} onClick={open}>
        Open a shell
      </Button>
      {problem ? (
        <span role="alert" className="text-12 text-error">
          {problem.detail}
        </span>
      ) : null}
    </span>
  )
}
