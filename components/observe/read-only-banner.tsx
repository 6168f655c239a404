import { Eye } from 'lucide-react'
import { makeVisible } from '../../lib/format.ts'
import type { ObserverPass } from '../../lib/observer-api.ts'
import { Time } from '../time.tsx'

/** Above everything that an observer sees: that they can only read, and until when. */
export function ReadOnlyBanner({ observer }: { observer: ObserverPass }) {
  return (
    <p
      role="note"
      aria-label="Read-only view"
      className="col-span-full flex min-h-9 flex-wrap items-center gap-x-2.5 gap-y-0.5 border-b border-line bg-raised px-4 py-1.5 text-13"
    >
      <Eye size={15} strokeWidth={1.75} aria-hidden="true" className="text-accent" />
      <span className="font-medium">
        Read-only view until <Time at={observer.expires_at} form="clock" align="left" />
      </span>
      <span className="text-muted">for {makeVisible(observer.label)}. The operators see that you watch.</span>
    </p>
  )
}
