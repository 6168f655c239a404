'use client'
import type { SessionDetail } from '../../lib/api.ts'
import type { ProvidersView } from '../../lib/choice-api.ts'
import { Dialog } from '../ui/dialog.tsx'
import { AgentForm } from './agent-form.tsx'

/** How the agent runs, and another way for it. */
export default function AgentDialog({
  open,
  onClose,
  ...form
}: {
  open: boolean
  onClose: () => void
  detail: SessionDetail
  ladder: ProvidersView | null
  running: boolean
  onDone: () => void
}) {
  const { ladder, ...rest } = form
  return (
    <Dialog open={open} onClose={onClose} title="How the agent runs" className="max-w-[600px]">
      {ladder ? (
        <AgentForm {...rest} ladder={ladder} />
      ) : (
        <p className="text-13 text-muted">Asking what can be chosen…</p>
      )}
    </Dialog>
  )
}
