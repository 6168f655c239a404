import type { Axis } from '../../lib/events.ts'
import { type Severity, SeverityWord } from '../ui/severity.tsx'

export const AXIS: Record<Axis, { severity: Severity; word: string }> = {
  reversible: { severity: 'quiet', word: 'Reversible' },
  changes_state: { severity: 'warn', word: 'Changes state' },
  irreversible: { severity: 'critical', word: 'Irreversible' },
}

/** What taking it back would cost, as word, shape and colour. */
export function AxisWord({ axis }: { axis: Axis }) {
  const { severity, word } = AXIS[axis]
  return <SeverityWord severity={severity}>{word}</SeverityWord>
}
