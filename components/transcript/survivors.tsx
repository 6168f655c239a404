import type { Survivor } from '../../lib/block-types.ts'
import { makeVisible } from '../../lib/format.ts'
import { SeverityWord } from '../ui/severity.tsx'

/** What a stop could not end, by name, so that somebody can. */
export function Survivors({ survivors }: { survivors: readonly Survivor[] }) {
  return (
    <div className="mt-1 rounded-lg border border-critical/60 px-3 py-2">
      <SeverityWord severity="critical">
        {survivors.length === 1 ? 'One process still runs' : `${survivors.length} processes still run`}
      </SeverityWord>
      <ul className="pt-1">
        {survivors.map(({ pid, command }) => (
          <li key={pid} className="flex gap-3">
            <code className="tabular text-muted">{pid}</code>
            <code className="wrap-anywhere">{makeVisible(command)}</code>
          </li>
        ))}
      </ul>
    </div>
  )
}
