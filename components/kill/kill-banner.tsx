'use client'
import { useEffect, useRef } from 'react'
import { formatPlural, makeVisible } from '../../lib/format.ts'
import type { KillView } from '../../lib/kill-api.ts'
import { Time } from '../time.tsx'
import { Survivors } from '../transcript/survivors.tsx'
import { Button } from '../ui/button.tsx'
import { SeverityIcon } from '../ui/severity.tsx'

/** Stands above every page while the kill switch is engaged: who, when, why, what was ended, what still runs. */
export function KillBanner({
  kill,
  onLift,
  onAgain,
}: {
  kill: KillView
  /** Null for those who may not. */
  onLift: (() => void) | null
  onAgain: (() => void) | null
}) {
  const ref = useRef<HTMLElement>(null)
  // What fills the screen below gives up the room that the banner takes.
  useEffect(() => {
    const banner = ref.current
    const { style } = document.documentElement
    if (!banner) return
    const observer = new ResizeObserver(() => style.setProperty('--bar-top', `${banner.offsetHeight}px`))
    observer.observe(banner)
    return () => {
      observer.disconnect()
      style.removeProperty('--bar-top')
    }
  }, [])

  const { turns, terminals, processes } = kill.stopped
  return (
    <section
      ref={ref}
      aria-label="Kill switch"
      className="sticky top-0 z-40 max-h-[50dvh] overflow-auto border-b border-critical bg-[color-mix(in_srgb,var(--critical)_12%,var(--bg))] px-4 py-2.5"
    >
      <div className="flex flex-wrap items-start gap-x-4 gap-y-2">
        <div role="alert" className="flex min-w-0 flex-1 basis-64 gap-2.5">
          <SeverityIcon severity="critical" className="mt-[3px]" />
          <div className="min-w-0 wrap-anywhere">
            <p className="font-semibold text-text">
              Kill switch engaged: nothing runs, and nothing starts until an admin lifts it
            </p>
            <p className="text-13 text-muted">
              By {makeVisible(kill.by ?? 'somebody')}
              {kill.at ? (
                <>
                  , <Time at={kill.at} align="left" />
                </>
              ) : null}
              {kill.reason ? `: ${makeVisible(kill.reason)}` : ', without a reason'} ·{' '}
              {kill.sweeping
                ? 'Ending what runs…'
                : `Ended ${formatPlural(turns, 'turn')}, ${formatPlural(terminals, 'terminal')}, ${
                    processes === 1 ? '1 process' : `${processes} processes`
                  }`}
            </p>
          </div>
        </div>
        <div className="flex gap-2">
          {kill.survivors.length > 0 && onAgain ? (
            <Button size="sm" onClick={onAgain}>
              Kill again…
            </Button>
          ) : null}
          {onLift ? (
            <Button size="sm" onClick={onLift}>
              Lift…
            </Button>
          ) : null}
        </div>
      </div>
      {kill.survivors.length > 0 ? (
        <div className="pt-1 text-13">
          <Survivors survivors={kill.survivors} />
          <p className="pt-1 text-12 text-muted">Tried again every few seconds. End them on the host.</p>
        </div>
      ) : null}
    </section>
  )
}
