'use client'
import { useCallback, useEffect, useState } from 'react'
import type { Role } from '../../lib/api.ts'
import type { KillView } from '../../lib/kill-api.ts'
import { api } from '../api.ts'
import { onOpenKill } from '../shell/keys.ts'
import { useSessionsChanged } from '../stream/use-session.ts'
import { KillBanner } from './kill-banner.tsx'
import { KillDialog } from './kill-dialog.tsx'

/** While processes are being ended, or some survive, the banner is brought up to date this often. */
const AGAIN_MS = 1_000

/** The kill switch of every page: the banner while it is engaged, and the dialogs that engage and lift it. */
export function KillSwitch({ first, role }: { first: KillView; role: Role }) {
  const [kill, setKill] = useState(first)
  const [dialog, setDialog] = useState<'engage' | 'lift' | null>(null)
  const read = useCallback(async () => {
    const answer = await api<KillView>('GET', '/api/kill')
    if (answer.ok) setKill(answer.data)
  }, [])
  useSessionsChanged(read)
  const unsettled = kill.engaged && (kill.sweeping || kill.survivors.length > 0)
  useEffect(() => {
    if (!unsettled) return
    const timer = setInterval(read, AGAIN_MS)
    return () => clearInterval(timer)
  }, [unsettled, read])
  const { engaged } = kill
  useEffect(
    () => onOpenKill(() => setDialog(engaged && role === 'admin' ? 'lift' : 'engage')),
    [engaged, role],
  )

  function done(now: KillView) {
    setKill(now)
    setDialog(null)
  }

  return (
    <>
      {engaged ? (
        <KillBanner
          kill={kill}
          onLift={role === 'admin' ? () => setDialog('lift') : null}
          onAgain={role === 'viewer' ? null : () => setDialog('engage')}
        />
      ) : null}
      <KillDialog
        open={dialog === 'engage'}
        lifting={false}
        engaged={engaged}
        onClose={() => setDialog((now) => (now === 'engage' ? null : now))}
        onDone={done}
      />
      <KillDialog
        open={dialog === 'lift'}
        lifting
        engaged={engaged}
        onClose={() => setDialog((now) => (now === 'lift' ? null : now))}
        onDone={done}
      />
    </>
  )
}
