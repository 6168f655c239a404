'use client'
import type { Problem, SessionDetail } from '../../lib/api.ts'
import type { RecordFacts } from '../../lib/block-types.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Switch } from '../ui/switch.tsx'
import { CloseForm } from './close-form.tsx'
import type { DialogName, MayChange } from './dialogs.ts'
import { Grants } from './grants.tsx'
import { ShowRaw } from './masked.tsx'
import { useNotificationChoice } from './notifications.ts'
import { SessionFacts } from './session-facts.tsx'

const HINT = {
  on: 'When this tab is out of sight: it needs you, or a turn has ended',
  off: 'When this tab is out of sight: it needs you, or a turn has ended',
  blocked: 'The browser refuses them for this address: allow them in its site settings',
  unsupported: 'This browser has none, or not over plain http',
} as const

/** Everything about a session that its header has no room for, and the way to close it. */
export default function DetailsDialog({
  view,
  onView,
  detail,
  facts,
  may,
  onRaw,
  onClosed,
  onRevoked,
}: {
  view: 'facts' | 'close' | null
  onView: (view: DialogName | null) => void
  detail: SessionDetail
  facts: RecordFacts
  may: MayChange
  /** Null for those who may not. */
  onRaw: { operator: string; show: () => Promise<Problem | null> } | null
  onClosed: () => void
  onRevoked: () => void
}) {
  const [notifications, setNotifications] = useNotificationChoice()
  const path = `/api/sessions/${encodeURIComponent(detail.id)}/export`
  // A dialog tells of its closing when the other one is open already.
  const leave = (from: 'facts' | 'close') => view === from && onView(null)
  return (
    <>
      <Dialog
        open={view === 'facts'}
        onClose={() => leave('facts')}
        title="About this session"
        className="max-w-[672px]"
      >
        <div className="flex flex-col gap-5">
          <SessionFacts detail={detail} facts={facts} onBudget={may.budget ? () => onView('budget') : null} />
          <Grants grants={detail.grants} canRevoke={may.write} onRevoked={onRevoked} />
          {onRaw && facts.masked > 0 ? (
            <ShowRaw count={facts.masked} operator={onRaw.operator} onShow={onRaw.show} />
          ) : null}
          <div className="border-t border-line pt-3">
            <Switch
              checked={notifications === 'on'}
              onChange={(on) => {
                if (notifications === 'on' || notifications === 'off') setNotifications(on)
              }}
              label="Desktop notifications"
              hint={HINT[notifications]}
            />
          </div>
          <div className="flex flex-wrap gap-2 border-t border-line pt-4">
            {may.export ? (
              <a href={`${path}?format=ndjson`} className={buttonClass()}>
                Download the record
              </a>
            ) : null}
            {may.share ? <Button onClick={() => onView('share')}>Share a read-only link…</Button> : null}
            {may.write ? <Button onClick={() => onView('agent')}>How the agent runs…</Button> : null}
            {may.write ? (
              <Button onClick={() => onView('close')} className="ml-auto">
                Close session…
              </Button>
            ) : null}
          </div>
        </div>
      </Dialog>
      <Dialog open={view === 'close'} onClose={() => leave('close')} title="Close the session">
        <CloseForm session={detail.id} running={facts.running !== null} onClosed={onClosed} />
      </Dialog>
    </>
  )
}
