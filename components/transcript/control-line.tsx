import { readSurvivors } from '../../lib/block-facts.ts'
import type { ControlBlock } from '../../lib/block-types.ts'
import { oneLine } from '../../lib/format.ts'
import { Time } from '../time.tsx'
import { SeverityIcon } from '../ui/severity.tsx'
import { describeControl } from './control-words.ts'
import { EventPlace } from './event.tsx'
import { Survivors } from './survivors.tsx'

const REASON_CHARACTERS = 600

/** Something the console, the CLI or a person did, in one line. */
export function ControlLine({ control }: { control: ControlBlock }) {
  const { severity, said } = describeControl(control)
  const reason = control.reason === 'unknown' ? null : control.reason
  const survivors = readSurvivors(control.fields.survivors)
  return (
    <EventPlace seqs={control.seqs}>
      <p className="flex items-baseline gap-2.5 text-13 text-muted">
        <SeverityIcon severity={severity} className="translate-y-0.5" />
        <span className="min-w-0 wrap-anywhere">
          {said}
          {reason ? <span className="text-faint">: {oneLine(reason, REASON_CHARACTERS)}</span> : null}
        </span>
        <Time at={control.at} form="clock" className="ml-auto text-12 text-faint" />
      </p>
      {survivors.length > 0 ? <Survivors survivors={survivors} /> : null}
    </EventPlace>
  )
}
