'use client'
import type { TerminalView } from '../../lib/terminal-api.ts'
import { Button } from '../ui/button.tsx'
import { useRequest } from '../use-request.ts'

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
  const { busy, problem, send } = useRequest()
  async function open() {
    const answer = await send<TerminalView>('POST', `/api/sessions/${session}/terminals`, { kind: 'shell' })
    if (answer.ok) onOpened(answer.data)
  }
  return (
    <span className="flex flex-wrap items-center gap-2">
      <Button size="sm" variant={variant} busy={busy && 'Opening…'} onClick={open}>
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
