import type { HealthCheck } from '../../lib/api.ts'
import { SeverityWord } from '../ui/severity.tsx'

/** Each check on a line, in full. */
export async function HealthTable({ checks }: { checks: Promise<HealthCheck[]> }) {
  return (
    <ul className="flex flex-col">
      {(await checks).map((check) => (
        <li
          key={check.name}
          className="grid grid-cols-[96px_120px_1fr] items-baseline gap-x-3 border-b border-line py-2 last:border-0 narrow:grid-cols-[80px_1fr]"
        >
          <SeverityWord severity={check.state}>{WORD[check.state]}</SeverityWord>
          <span className="text-13">{check.name}</span>
          <span className="text-13 text-muted wrap-anywhere narrow:col-start-2">
            {check.detail}
            {check.hint ? <span className="block text-12 text-faint">{check.hint}</span> : null}
          </span>
        </li>
      ))}
    </ul>
  )
}

const WORD = { ok: 'Works', warn: 'Warning', error: 'Fails' } as const
