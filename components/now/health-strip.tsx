import { Suspense } from 'react'
import type { HealthCheck } from '../../lib/api.ts'
import { ConnectionLine } from './connection-line.tsx'
import { LiveChecks } from './live-checks.tsx'

/** Said where the checks themselves break: the page and what runs don't depend on them. */
const FAILED: HealthCheck = {
  name: 'Checks',
  state: 'error',
  detail: 'could not be made: read the console’s log on the host',
}

/** One line on what the console stands on. The page doesn't wait for it. */
export function HealthStrip({ checks }: { checks: Promise<HealthCheck[]> }) {
  return (
    <section
      aria-label="Health of the console"
      className="border-t border-line px-8 py-2.5 text-12 narrow:px-4 narrow:py-3"
    >
      <ConnectionLine />
      <Suspense fallback={<p className="py-px text-faint">Checking the CLI, the model and the record…</p>}>
        <LiveChecks first={checks.catch(() => [FAILED])} />
      </Suspense>
    </section>
  )
}
