import { Suspense } from 'react'
import type { HealthCheck } from '../../lib/api.ts'
import { cn } from '../ui/cn.ts'
import { SEVERITY_TEXT, SeverityIcon } from '../ui/severity.tsx'

/** One line on what the console stands on; what fails comes first and in its colour. The page doesn't wait for it. */
export function HealthStrip({ checks }: { checks: Promise<HealthCheck[]> }) {
  return (
    <section
      aria-label="Health of the console"
      className="border-t border-line px-8 py-2.5 text-12 narrow:px-4 narrow:py-3"
    >
      <Suspense fallback={<p className="py-px text-faint">Checking the CLI, the model and the record…</p>}>
        <Checks checks={checks} />
      </Suspense>
    </section>
  )
}

async function Checks({ checks }: { checks: Promise<HealthCheck[]> }) {
  const order = { error: 0, warn: 1, ok: 2 }
  const sorted = [...(await checks)].sort((a, b) => order[a.state] - order[b.state])
  return (
    <ul className="tabular flex flex-wrap gap-x-5 gap-y-1.5">
      {sorted.map((check) => (
        <li key={check.name} className="flex min-w-0 items-start gap-1.5 py-px">
          <SeverityIcon severity={check.state} className="mt-px" />
          <span className="sr-only">{WORD[check.state]}: </span>
          <span className="text-faint">{check.name}</span>
          <span className={cn('min-w-0', check.state === 'ok' ? 'text-muted' : SEVERITY_TEXT[check.state])}>
            {check.detail}
          </span>
        </li>
      ))}
    </ul>
  )
}

const WORD = { ok: 'Works', warn: 'Warning', error: 'Fails' } as const
