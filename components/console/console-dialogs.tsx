'use client'
import { type Dispatch, lazy, type SetStateAction, Suspense } from 'react'
import type { OperatorView, Problem, SessionDetail } from '../../lib/api.ts'
import type { RecordFacts } from '../../lib/block-types.ts'
import type { ProvidersView } from '../../lib/choice-api.ts'
import { keepTrying } from '../keep-trying.ts'
import type { DialogName, MayChange } from './dialogs.ts'

const ShareDialog = lazy(() => keepTrying(() => import('./share-dialog.tsx')))
const ExtendDialog = lazy(() => keepTrying(() => import('./extend-dialog.tsx')))
const BudgetDialog = lazy(() => keepTrying(() => import('./budget-dialog.tsx')))
const AgentDialog = lazy(() => keepTrying(() => import('./agent-dialog.tsx')))
const DetailsDialog = lazy(() => keepTrying(() => import('./details-dialog.tsx')))

/** What a session's page asks and tells in front of itself: one at a time, loaded when it is wanted. */
export function ConsoleDialogs({
  dialog,
  onDialog,
  onChanged,
  onRaw,
  detail,
  facts,
  ladder,
  operator,
  may,
}: {
  dialog: DialogName | null
  onDialog: Dispatch<SetStateAction<DialogName | null>>
  /** Something about the session is different now. */
  onChanged: () => void
  onRaw: () => Promise<Problem | null>
  detail: SessionDetail
  facts: RecordFacts
  ladder: ProvidersView | null
  operator: OperatorView
  may: MayChange
}) {
  if (dialog === null) return null
  // A dialog tells of its closing when the next one is open already.
  const leave = (from: DialogName) => () => onDialog((now) => (now === from ? null : now))
  const done = () => {
    onDialog(null)
    onChanged()
  }
  async function showRaw() {
    const problem = await onRaw()
    if (!problem) onDialog(null)
    return problem
  }
  const running = facts.running !== null
  return (
    <Suspense fallback={null}>
      <ShareDialog open={dialog === 'share'} onClose={leave('share')} session={detail.id} />
      <ExtendDialog open={dialog === 'extend'} onClose={leave('extend')} detail={detail} onExtended={done} />
      <BudgetDialog open={dialog === 'budget'} onClose={leave('budget')} detail={detail} onChanged={done} />
      <AgentDialog
        open={dialog === 'agent'}
        onClose={leave('agent')}
        detail={detail}
        ladder={ladder}
        running={running}
        onDone={done}
      />
      <DetailsDialog
        view={dialog === 'facts' || dialog === 'close' ? dialog : null}
        onView={onDialog}
        detail={detail}
        facts={facts}
        may={may}
        onRaw={may.raw ? { operator: operator.name, show: showRaw } : null}
        onRevoked={onChanged}
        onClosed={done}
      />
    </Suspense>
  )
}
